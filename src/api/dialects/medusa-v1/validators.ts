import { z } from "@medusajs/framework/zod"
import { secretField } from "../../secret-field"
import { isAddress } from "../is-address"

const NOT_AN_ADDRESS = "must be an email address"

const email = z.string(NOT_AN_ADDRESS).trim().refine(isAddress, NOT_AN_ADDRESS)

/** The body of `POST /store/customers/password-token`. As in v1, unknown fields are refused. */
export const PasswordToken = z.strictObject({ email })

export type PasswordToken = z.infer<typeof PasswordToken>

/** The body of `POST /store/customers/password-reset`. As in v1, unknown fields are refused. */
export const ResetPassword = z.strictObject({
  email,
  token: secretField(),
  password: secretField(),
})

export type ResetPassword = z.infer<typeof ResetPassword>
