import type { MedusaNextFunction, MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { z } from "@medusajs/framework/zod"
import { isObject } from "../is-object"
import { invalid, type JsonApiError, Refusal, refusal } from "./errors"
import { MEDIA_TYPE, TYPE } from "./json-api"

/** Bytes; Medusa's own parser takes as many. */
const MAX_BODY = 102_400
/** What is read of a body that is too large; then the connection ends. */
const MAX_DRAINED = 10 * MAX_BODY

/** Reads the body, which Medusa's parsers leave alone: they know `application/json` only. */
export async function readDocument(
  req: MedusaRequest,
  _: MedusaResponse,
  next: MedusaNextFunction,
) {
  const [type = ""] = (req.get("content-type") ?? "").split(";")
  if (type.trim().toLowerCase() !== MEDIA_TYPE) {
    throw refusal(
      "UNSUPPORTED_MEDIA_TYPE",
      `All requests that create or update must use the '${MEDIA_TYPE}' Content-Type.`,
    )
  }
  const body = await bodyOf(req)
  if (!body) {
    return // Nobody waits for an answer any more.
  }
  try {
    req.body = JSON.parse(body.toString("utf8"))
  } catch {
    throw refusal("BAD_REQUEST", "The body is no JSON.") // The parser's message may quote a password.
  }
  next()
}

/**
 * The body; undefined where the client has hung up.
 *
 * @throws Refusal 413 as soon as it is too large: of the rest, which makes room for the answer, nothing is
 * kept
 */
function bodyOf(req: MedusaRequest): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    if (req.readableEnded || req.destroyed) {
      return resolve(req.readableEnded ? Buffer.alloc(0) : undefined)
    }
    let size = 0
    const chunks: Buffer[] = []
    req.on("data", (chunk: Buffer) => {
      size += chunk.length
      if (size <= MAX_BODY) {
        chunks.push(chunk)
        return
      }
      reject(refusal("PAYLOAD_TOO_LARGE", `The body must not be larger than ${MAX_BODY} bytes.`))
      if (size > MAX_DRAINED) {
        req.destroy()
      }
    })
    req.once("end", () => resolve(Buffer.concat(chunks)))
    req.once("close", () => resolve(undefined))
  })
}

/** Validates a document of one resource, and hands on what the schema makes of its attributes. */
export function validateAttributes(schema: z.ZodObject) {
  return (req: MedusaRequest, _: MedusaResponse, next: MedusaNextFunction) => {
    const data = dataOf(req.body, req.params.id)
    const attributes = data.attributes ?? {}
    if (!isObject(attributes)) {
      throw malformed("/data/attributes")
    }
    const strangers = [
      ...Object.keys(attributes).filter((name) => !Object.hasOwn(schema.shape, name)),
      ...Object.keys(data.relationships ?? {}),
    ]
    if (strangers.length) {
      throw refusal("PARAM_NOT_ALLOWED", `${strangers.join(", ")} is not allowed.`)
    }
    const parsed = schema.safeParse(attributes)
    if (!parsed.success) {
      throw new Refusal(parsed.error.issues.map(describe) as [JsonApiError])
    }
    req.validatedBody = parsed.data
    next()
  }
}

/** @param id of the resource, where the path names one */
function dataOf(body: unknown, id: string | undefined): Record<string, unknown> {
  const data = isObject(body) ? body.data : undefined
  if (!isObject(data)) {
    throw malformed("/data")
  }
  if (data.type !== TYPE) {
    throw refusal("INVALID_RESOURCE", `The type must be ${TYPE}.`, { pointer: "/data/type" })
  }
  if (id !== undefined && data.id !== id) {
    throw refusal("KEY_NOT_INCLUDED_IN_URL", "The id must be the one in the URL.", {
      pointer: "/data/id",
    })
  }
  return data
}

function malformed(pointer: string): Refusal {
  return refusal("INVALID_DATA_FORMAT", `${pointer} must be an object.`, { pointer })
}

function describe({ path, message }: z.core.$ZodIssue): JsonApiError {
  const title = message.replace(/^Field '\w+' /, "")
  return invalid(String(path[0]), title, title === BLANK ? "blank" : "invalid")
}

export const BLANK = "can't be blank"
