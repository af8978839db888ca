import { z } from "@medusajs/framework/zod"
import { passwordField } from "../../../../password-field"

/** The body of a completed reset. Other fields are let pass, as Medusa's own route does. */
export const CompletePasswordReset = z.object({
  password: passwordField("password"),
  email: z.string().optional(),
})

export type CompletePasswordReset = z.infer<typeof CompletePasswordReset>
