import { z } from "@medusajs/framework/zod"
import { isAddress } from "../address"
import { passwordField } from "../../password-field"

/** No fault quotes what was written, since it would be logged. */
const email = z
  .string("Field 'email' must be an email address")
  .trim()
  .refine(isAddress, "Field 'email' must be an email address")

/** The body of `POST /store/customers/password-token`. As v1 does, both refuse unknown fields. */
export const PasswordToken = z.strictObject({ email })

export type PasswordToken = z.infer<typeof PasswordToken>

/** The body of `POST /store/customers/password-reset`. The token is as secret as the password. */
export const ResetPassword = z.strictObject({
  email,
  token: passwordField("token"),
  password: passwordField("password"),
})

export type ResetPassword = z.infer<typeof ResetPassword>
