import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { isPasswordRejected } from "../../../../../domain/errors"
import { completePasswordReset } from "../../../../../workflows/complete-password-reset"
import { bearerToken, describeClient } from "../../../../request-client"
import { sendPasswordRejected } from "../../../../error-responses"
import type { CompletePasswordReset } from "./validators"

/** Sets the new password and spends the token. Nobody is signed in by it. */
export const POST = async (req: MedusaRequest<CompletePasswordReset>, res: MedusaResponse) => {
  try {
    await completePasswordReset(
      {
        ...req.validatedBody,
        token: bearerToken(req),
        actor_type: req.params.actor_type as string,
        client: describeClient(req),
      },
      req.scope,
    )
  } catch (error) {
    if (isPasswordRejected(error)) {
      return sendPasswordRejected(req, res, error)
    }
    throw error
  }
  res.json({ success: true })
}
