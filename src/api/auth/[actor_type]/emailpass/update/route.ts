import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { completePasswordResetWorkflow } from "../../../../../workflows"
import type { CompletePasswordReset } from "./validators"

/** Sets the new password and spends the token. It signs nobody in. */
export const POST = async (req: MedusaRequest<CompletePasswordReset>, res: MedusaResponse) => {
  await completePasswordResetWorkflow(req.scope).run({
    input: {
      ...req.validatedBody,
      authorization: req.headers.authorization,
      actor_type: req.params.actor_type as string,
    },
  })
  res.json({ success: true })
}
