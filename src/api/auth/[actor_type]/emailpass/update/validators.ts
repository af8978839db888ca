import { z } from "@medusajs/framework/zod"
import { secretField } from "../../../../secret-field"

/** The body that completes a reset. Other fields are ignored, as Medusa's own route does. */
export const CompletePasswordReset = z.object({
  password: secretField(),
  email: z.string().optional(),
})

export type CompletePasswordReset = z.infer<typeof CompletePasswordReset>
