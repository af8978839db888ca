import { z } from "@medusajs/framework/zod"
import { secretField } from "../../../../secret-field"

/**
 * The body that completes a reset. Other fields are ignored, as Medusa's own route does. That goes for `email`, too:
 * the page of Medusa's guide sends the one of its address, where a "+" has become a space.
 */
export const CompletePasswordReset = z.object({ password: secretField() })

export type CompletePasswordReset = z.infer<typeof CompletePasswordReset>
