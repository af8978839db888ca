import { z } from "@medusajs/framework/zod"
import { MAX_SECRET_UNITS } from "../../../domain/passwords/password-policy"
import { secretLength } from "../../secret-field"
import { isAddress } from "../is-address"
import { requiredText } from "../required-text"

/** A required field, with Laravel's message where it is missing. */
function required(field: string, invalid: string) {
  return requiredText(`The ${field} field is required.`, invalid)
}

function secret(field: string) {
  const tooLong = `The ${field} field must not be greater than ${MAX_SECRET_UNITS} characters.`
  return required(field, `The ${field} field must be a string.`).pipe(secretLength(tooLong))
}

const NOT_AN_ADDRESS = "The email field must be a valid email address."

const email = required("email", NOT_AN_ADDRESS)
  .transform((address) => address.trim())
  .refine(isAddress, NOT_AN_ADDRESS)

/** The body of `POST /api/shop/customers/forgot-password`. */
export const ForgotPassword = z.object({ email })

export type ForgotPassword = z.infer<typeof ForgotPassword>

/**
 * The body of `/api/shop/customers/reset-password`. Laravel's rule `confirmed` writes the name of the
 * confirmation in snake case, Bagisto's documentation in camel case. Both are taken.
 */
export const ResetPassword = z
  .object({
    email,
    token: secret("token"),
    password: secret("password"),
    password_confirmation: z.unknown(),
    passwordConfirmation: z.unknown(),
  })
  .refine(isConfirmed, {
    path: ["password"],
    error: "The password field confirmation does not match.",
  })

export type ResetPassword = z.infer<typeof ResetPassword>

function isConfirmed(body: {
  password: string
  password_confirmation?: unknown
  passwordConfirmation?: unknown
}): boolean {
  return body.password === (body.password_confirmation ?? body.passwordConfirmation)
}
