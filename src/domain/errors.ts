import { MedusaError } from "@medusajs/framework/utils"

/**
 * Every error code that the plugin answers, with its type and its message. Codes are the contract:
 * tell errors apart by `code`, since workflows hand on plain copies of what was thrown.
 */
const ERRORS = {
  /** The token was never issued, is malformed, forged, or meant for another actor or address. */
  token_invalid: [MedusaError.Types.UNAUTHORIZED, "Invalid token"],
  /** The token's time is up. */
  token_expired: [MedusaError.Types.UNAUTHORIZED, "Invalid token"],
  /** The token has set a password already. */
  token_used: [MedusaError.Types.UNAUTHORIZED, "Invalid token"],
  /** A newer request, a completed reset or an operator has ended the token. */
  token_superseded: [MedusaError.Types.UNAUTHORIZED, "Invalid token"],
  /** The old password is not the account's, or not any more. */
  old_password_wrong: [MedusaError.Types.INVALID_DATA, "The old password is wrong"],
  /** The new password breaks a rule; `reasons` say which. */
  password_rejected: [MedusaError.Types.INVALID_DATA, "Password rejected"],
} as const

export type ErrorCode = keyof typeof ERRORS

/** The error for a code, as Medusa's error handler answers it: `{code, type, message}`. */
export function errorOf(code: ErrorCode): MedusaError {
  const [type, message] = ERRORS[code]
  return new MedusaError(type, message, code)
}

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && code in ERRORS
}

/** Whether it was thrown for a token that sets no password, whatever is wrong with it. */
export function isTokenError(error: unknown): error is { code: ErrorCode } {
  const { code } = (error ?? {}) as { code?: unknown }
  return isErrorCode(code) && code.startsWith("token_")
}

export type PasswordReasonCode =
  "too_short" | "too_long" | "common" | "personal" | "too_weak" | "breached"

/** Why a password is refused: a code for programs, and words for the person who chose it. */
export type PasswordReason = { code: PasswordReasonCode; message: string }

/** What is thrown for a refused password, also as the plain copy that a workflow makes of it. */
export type PasswordRejected = { code: "password_rejected"; reasons: PasswordReason[] }

export function passwordRejected(reasons: PasswordReason[]): MedusaError & PasswordRejected {
  const error = errorOf("password_rejected")
  error.message = messageOf(reasons)
  return Object.assign(error, { code: "password_rejected" as const, reasons })
}

export function isPasswordRejected(error: unknown): error is PasswordRejected {
  return (error as PasswordRejected | undefined)?.code === "password_rejected"
}

/** All reasons in one message, since the JS SDK keeps nothing else of an answer. */
export function messageOf(reasons: readonly PasswordReason[]): string {
  return reasons.map(({ message }) => message).join(" ")
}
