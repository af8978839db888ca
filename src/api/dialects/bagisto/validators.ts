import type { MedusaNextFunction, MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { z } from "@medusajs/framework/zod"
import { isAddress } from "../address"
import { isObject } from "../is-object"
import { type FieldErrors, sendFieldErrors } from "./answers"

/** A required field, in Laravel's words. None quotes what was written: it may be a password. */
function filled(field: string, otherwise: string) {
  const required = `The ${field} field is required.`
  return z
    .string({ error: ({ input }) => ((input ?? null) === null ? required : otherwise) })
    .refine((text) => text.trim() !== "", { error: required, abort: true })
}

const NO_ADDRESS = "The email field must be a valid email address."

const email = filled("email", NO_ADDRESS)
  .transform((address) => address.trim())
  .refine(isAddress, NO_ADDRESS)

/** The body of `POST /api/shop/customers/forgot-password`. */
export const ForgotPassword = z.object({ email })

export type ForgotPassword = z.infer<typeof ForgotPassword>

/**
 * The body of `/api/shop/customers/reset-password`. Laravel's rule `confirmed` names the confirmation
 * in snake case, Bagisto's documentation in camel case; either will do.
 */
export const ResetPassword = z
  .object({
    email,
    token: filled("token", "The token field must be a string."),
    password: filled("password", "The password field must be a string."),
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

/** Validates a form, and hands on what the schema makes of it; other fields are passed over. */
export function validateForm(schema: z.ZodType, status: 400 | 422) {
  return (req: MedusaRequest, res: MedusaResponse, next: MedusaNextFunction) => {
    const parsed = schema.safeParse(isObject(req.body) ? req.body : {})
    if (!parsed.success) {
      return sendFieldErrors(res, status, byField(parsed.error))
    }
    req.validatedBody = parsed.data
    next()
  }
}

function byField({ issues }: z.ZodError): FieldErrors {
  const errors: FieldErrors = {}
  for (const { path, message } of issues) {
    const field = String(path[0])
    errors[field] = [...(errors[field] ?? []), message]
  }
  return errors
}
