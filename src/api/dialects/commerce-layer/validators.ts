import { z } from "@medusajs/framework/zod"
import { isStorable, MAX_ADDRESS } from "../../../domain/accounts/address"
import { RequestPasswordReset } from "../../auth/[actor_type]/emailpass/reset-password/validators"
import { BLANK } from "./document"

/** The messages never quote what was sent: it may be a password, and they are logged. */
const filled = z
  .string({ error: ({ input }) => (input === undefined || input === null ? BLANK : "is invalid") })
  .refine((text) => text.trim() !== "", { error: BLANK, abort: true })

const name = z
  .string({ error: "must be a string" })
  .max(MAX_ADDRESS, `is too long (maximum is ${MAX_ADDRESS} characters)`)
  .refine((text) => !/\p{Cc}/u.test(text), "must not hold control characters")
  .nullish()
  .transform((text) => text ?? undefined)

/** The attributes of a reset that is asked for. */
export const CreateAttributes = z.object({
  customer_email: filled.refine(isStorable, "is invalid"),
  reference: name,
  reference_origin: name,
  metadata: RequestPasswordReset.shape.metadata.nullable().transform((metadata) => metadata ?? {}),
})

export type CreateAttributes = z.infer<typeof CreateAttributes>

/** The attributes that perform a reset. */
export const UpdateAttributes = z.object({
  customer_password: z.custom<string>(
    (password) => typeof password === "string" && password !== "",
    BLANK,
  ),
  _reset_password_token: filled,
})

export type UpdateAttributes = z.infer<typeof UpdateAttributes>
