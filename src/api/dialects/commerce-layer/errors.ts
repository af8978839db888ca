import type { MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"

/** Every error code of the dialect, with its status and title: Commerce Layer's own, where it has one. */
const CODES = {
  BAD_REQUEST: [400, "Bad request"],
  FILTER_NOT_ALLOWED: [400, "Filter not allowed"],
  INVALID_DATA_FORMAT: [400, "Invalid data format"],
  INVALID_FIELD: [400, "Invalid field"],
  INVALID_FILTER_VALUE: [400, "Invalid filter value"],
  INVALID_INCLUDE: [400, "Invalid include"],
  INVALID_PAGE_VALUE: [400, "Invalid page value"],
  INVALID_RESOURCE: [400, "Invalid resource"],
  INVALID_SORT_CRITERIA: [400, "Invalid sort criteria"],
  KEY_NOT_INCLUDED_IN_URL: [400, "Key is not included in URL"],
  PARAM_NOT_ALLOWED: [400, "Param not allowed"],
  INVALID_TOKEN: [401, "Invalid token"],
  UNAUTHORIZED: [401, "Unauthorized"],
  FORBIDDEN: [403, "Forbidden"],
  RECORD_NOT_FOUND: [404, "Record not found"],
  PAYLOAD_TOO_LARGE: [413, "Payload too large"],
  UNSUPPORTED_MEDIA_TYPE: [415, "Unsupported media type"],
  VALIDATION_ERROR: [422, "is invalid"],
  LOCKED: [423, "Locked resource"],
  TOO_MANY_REQUESTS: [429, "Too many requests"],
  INTERNAL_SERVER_ERROR: [500, "Internal server error"],
  SERVICE_UNAVAILABLE: [503, "Service unavailable"],
} as const satisfies Record<string, readonly [number, string]>

type Code = keyof typeof CODES

/** An error object of JSON:API, as Commerce Layer writes it. */
export type JsonApiError = {
  title: string
  detail: string
  code: Code
  /** The HTTP status, as a string. */
  status: string
  source?: { pointer: string } | { parameter: string }
  meta?: { error: string }
}

/** Thrown in the dialect's routes and guards; carries the error objects of the response. */
export class Refusal extends Error {
  constructor(readonly errors: [JsonApiError, ...JsonApiError[]]) {
    super(errors.map(({ detail }) => detail).join("; "))
  }
}

/** A refusal with one error. */
export function refusal(code: Code, detail: string, source?: JsonApiError["source"]): Refusal {
  return new Refusal([errorOf(code, detail, source)])
}

/**
 * The error object for an attribute that fails validation. The wording is that of Rails, whose messages
 * Commerce Layer answers.
 *
 * @param error the fault's name, for programs
 */
export function attributeError(attribute: string, title: string, error: string): JsonApiError {
  const detail = `${attribute} - ${title}`
  const source = { pointer: `/data/attributes/${attribute}` }
  return { ...errorOf("VALIDATION_ERROR", detail, source), title, meta: { error } }
}

/** A refusal of one attribute. */
export function attributeRefusal(attribute: string, title: string, error: string): Refusal {
  return new Refusal([attributeError(attribute, title, error)])
}

/**
 * The refusal for whatever a route has thrown, which may come from a store's own hook.
 *
 * @returns undefined for a failure of the server
 */
export function refusalFor(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) {
    return error
  }
  const { type, message } = error as Partial<MedusaError>
  switch (type) {
    case MedusaError.Types.INVALID_DATA:
    case MedusaError.Types.NOT_ALLOWED:
      return refusal("VALIDATION_ERROR", String(message), { pointer: "/data" })
    case MedusaError.Types.UNAUTHORIZED:
      return refusal("UNAUTHORIZED", String(message))
    case MedusaError.Types.FORBIDDEN:
      return refusal("FORBIDDEN", String(message))
    case MedusaError.Types.NOT_FOUND:
      return refusal("RECORD_NOT_FOUND", String(message))
    default:
      return undefined
  }
}

/** Answers error objects, with the status of the first. */
export function sendErrors(res: MedusaResponse, errors: readonly JsonApiError[]): void {
  res.status(Number(errors[0]?.status)).json({ errors })
}

/** Turns what shared guards answer, `{code, message}` with 429 or 503, into error objects. */
export function withErrorObjects(body: unknown): unknown {
  const { code, message } = (body ?? {}) as { code?: string; message?: string }
  switch (code) {
    case "too_many_requests":
      return { errors: [errorOf("TOO_MANY_REQUESTS", String(message))] }
    case "too_busy":
    case "not_ready":
      return { errors: [errorOf("SERVICE_UNAVAILABLE", String(message))] }
    default:
      return body
  }
}

function errorOf(code: Code, detail: string, source?: JsonApiError["source"]): JsonApiError {
  const [status, title] = CODES[code]
  return { title, detail, code, status: String(status), ...(source && { source }) }
}
