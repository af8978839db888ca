import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import {
  type ErrorCode,
  errorOf,
  messageOf,
  type PasswordReason,
  type PasswordRejected,
} from "../domain/errors"
import { wordReason } from "../domain/passwords/reason-words"
import type { Refusal } from "../domain/throttle/throttle"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import { localeOf } from "./request-client"

/** The reasons why a password was rejected, in the language that the shopper reads. */
export function reasonsFor(req: MedusaRequest, { reasons }: PasswordRejected): PasswordReason[] {
  const { options } = req.scope.resolve(PASSWORD_RESET_MODULE)
  const locale = localeOf(req)
  return reasons.map(({ code }) => ({ code, message: wordReason(code, options.password, locale) }))
}

/** Answers 400 with the reasons why a password was rejected, which Medusa's error handler drops. */
export function sendPasswordRejected(
  req: MedusaRequest,
  res: MedusaResponse,
  error: PasswordRejected,
): void {
  const reasons = reasonsFor(req, error)
  res.status(400).json({
    type: "invalid_data",
    code: "password_rejected",
    message: messageOf(reasons),
    reasons,
  })
}

/**
 * Answers 429, with `Retry-After` (RFC 9110, 10.2.3) and the headers of the IETF's draft
 * `draft-ietf-httpapi-ratelimit-headers`. A storefront of another origin may read them all.
 */
export function sendTooManyRequests(res: MedusaResponse, { limit, retryAfter }: Refusal): void {
  res.setHeader("Retry-After", retryAfter)
  res.setHeader("RateLimit-Policy", `"default";q=${limit.limit};w=${limit.window}`)
  res.setHeader("RateLimit", `"default";r=0;t=${retryAfter}`)
  res.setHeader("Access-Control-Expose-Headers", "Retry-After, RateLimit, RateLimit-Policy")
  res.status(429).json(bodyOf("too_many_requests", retryAfter))
}

/** After how many seconds a client may try again that came while too many passwords were being hashed. */
const BUSY_RETRY_SECONDS = 5

/** After how many seconds the tables may be there. */
const NOT_READY_RETRY_SECONDS = 30

/** Answers 503 where too many passwords are being hashed. */
export function sendBusy(res: MedusaResponse): void {
  sendUnavailable(res, "too_busy", BUSY_RETRY_SECONDS)
}

/** Answers 503 where the plugin's tables are missing. */
export function sendNotReady(res: MedusaResponse): void {
  sendUnavailable(res, "not_ready", NOT_READY_RETRY_SECONDS)
}

function sendUnavailable(res: MedusaResponse, error: ErrorCode, retryAfterSeconds: number): void {
  res.setHeader("Retry-After", retryAfterSeconds)
  res.setHeader("Access-Control-Expose-Headers", "Retry-After")
  res.status(503).json(bodyOf(error, retryAfterSeconds))
}

/** The JS SDK keeps nothing but `message`, so it has the seconds of `Retry-After`. */
function bodyOf(error: ErrorCode, seconds: number) {
  const { type, code, message } = errorOf(error)
  return {
    type,
    code,
    message: `${message}. Try again in ${seconds} second${seconds === 1 ? "" : "s"}.`,
  }
}
