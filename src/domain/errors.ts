import { MedusaError } from "@medusajs/framework/utils"

/**
 * All error codes of the plugin, with Medusa's type and the message. Codes are part of the API. Tell errors
 * apart by `code` rather than by class: workflows throw plain copies of errors.
 */
const ERRORS = {
  /** The token was never issued, is malformed or forged, or belongs to another actor type or address. */
  token_invalid: [MedusaError.Types.UNAUTHORIZED, "Invalid token"],
  /** The token has expired. */
  token_expired: [MedusaError.Types.UNAUTHORIZED, "Invalid token: it has expired"],
  /** The token has already set a password. */
  token_used: [MedusaError.Types.UNAUTHORIZED, "Invalid token: it has been used"],
  /** A newer request, a completed reset or an operator has revoked the token. */
  token_superseded: [
    MedusaError.Types.UNAUTHORIZED,
    "Invalid token: a newer link, a new password or an operator has ended it",
  ],
  /** The old password is not the account's, or was changed meanwhile. */
  old_password_wrong: [MedusaError.Types.INVALID_DATA, "The old password is wrong"],
  /** The new password breaks a rule. `reasons` says which. */
  password_rejected: [MedusaError.Types.INVALID_DATA, "Password rejected"],
  /** A limit is reached. `Retry-After` says for how long. */
  too_many_requests: [MedusaError.Types.NOT_ALLOWED, "Too many requests"],
  /** Too many passwords are being hashed. */
  too_busy: [MedusaError.Types.UNEXPECTED_STATE, "Too many sign-ins are under way"],
  /** The server is up, but `db:migrate` has not run yet. */
  not_ready: [MedusaError.Types.UNEXPECTED_STATE, "The shop is being updated"],
} as const

/** An error code of the plugin, as in the `code` of a response. */
export type ErrorCode = keyof typeof ERRORS

/** Creates the error for a code. Medusa's error handler answers it as `{code, type, message}`. */
export function errorOf(code: ErrorCode): MedusaError {
  const [type, message] = ERRORS[code]
  return new MedusaError(type, message, code)
}

/** Whether a value is one of the plugin's error codes. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && code in ERRORS
}

/** Whether an error says that a token is invalid, expired, used or superseded. */
export function isTokenError(error: unknown): error is { code: ErrorCode } {
  const { code } = (error ?? {}) as { code?: unknown }
  return isErrorCode(code) && code.startsWith("token_")
}

/** The rule that a password breaks. */
export type PasswordReasonCode =
  "too_short" | "too_long" | "common" | "personal" | "too_weak" | "breached"

/** Why a password is refused: a code for programs and a message for the shopper. */
export type PasswordReason = { code: PasswordReasonCode; message: string }

/** The error for a refused password, or the plain copy of it that a workflow throws. */
export type PasswordRejected = { code: "password_rejected"; reasons: PasswordReason[] }

/** Creates the error for a refused password. Its message holds those of all reasons. */
export function passwordRejected(reasons: PasswordReason[]): MedusaError & PasswordRejected {
  const error = errorOf("password_rejected")
  error.message = messageOf(reasons)
  return Object.assign(error, { code: "password_rejected" as const, reasons })
}

/** Whether an error, or a workflow's plain copy of it, says that a password was refused. */
export function isPasswordRejected(error: unknown): error is PasswordRejected {
  return (error as PasswordRejected | undefined)?.code === "password_rejected"
}

/** Joins all reasons into one message, since the JS SDK drops everything else of a response. */
export function messageOf(reasons: readonly PasswordReason[]): string {
  return reasons.map(({ message }) => message).join(" ")
}
