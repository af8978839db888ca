import { z } from "@medusajs/framework/zod"
import { isStorable, MAX_ADDRESS_CHARACTERS } from "../../../domain/accounts/address"
import { MAX_SECRET_UNITS } from "../../../domain/passwords/password-policy"
import { RequestPasswordReset } from "../../auth/[actor_type]/emailpass/reset-password/validators"
import { noControlCharacters } from "../../control-characters"
import { secretField, secretLength } from "../../secret-field"
import { requiredText } from "../required-text"

/** The message for a required attribute that is missing or empty, as in Rails. */
export const BLANK = "can't be blank"

const INVALID = "is invalid"

const TOO_LONG = `is too long (maximum is ${MAX_SECRET_UNITS} characters)`

const required = requiredText(BLANK, INVALID)

const reference = z
  .string({ error: "must be a string" })
  .max(MAX_ADDRESS_CHARACTERS, `is too long (maximum is ${MAX_ADDRESS_CHARACTERS} characters)`)
  .refine(...noControlCharacters())
  .nullish()
  .transform((text) => text ?? undefined)

/** The attributes that request a reset. */
export const CreateAttributes = z.object({
  customer_email: required.refine(isStorable, INVALID),
  reference,
  reference_origin: reference,
  metadata: RequestPasswordReset.shape.metadata.nullable().transform((metadata) => metadata ?? {}),
})

export type CreateAttributes = z.infer<typeof CreateAttributes>

/** The attributes that complete a reset. */
export const UpdateAttributes = z.object({
  customer_password: secretField(BLANK, TOO_LONG),
  _reset_password_token: required.pipe(secretLength(TOO_LONG)),
})

export type UpdateAttributes = z.infer<typeof UpdateAttributes>
