import { z } from "@medusajs/framework/zod"
import { secretField } from "../secret-field"

/** The body of a change of one's own password. */
export const ChangePassword = z.strictObject({
  old_password: secretField(),
  password: secretField(),
  keep_session: z.boolean().default(false),
})

export type ChangePassword = z.infer<typeof ChangePassword>
