import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { isPasswordRejected } from "../../../../../errors"
import { completePasswordResetWorkflow } from "../../../../../workflows"
import { describeClient } from "../../../../client"
import { sendPasswordRejected } from "../../../../errors"
import type { CompletePasswordReset } from "./validators"

/** Sets the new password and spends the token. It signs nobody in. */
export const POST = async (req: MedusaRequest<CompletePasswordReset>, res: MedusaResponse) => {
  try {
    await completePasswordResetWorkflow(req.scope).run({
      input: {
        ...req.validatedBody,
        authorization: req.headers.authorization,
        actor_type: req.params.actor_type as string,
        client: describeClient(req),
      },
    })
  } catch (error) {
    if (isPasswordRejected(error)) {
      return sendPasswordRejected(res, error)
    }
    throw error
  }
  res.json({ success: true })
}
