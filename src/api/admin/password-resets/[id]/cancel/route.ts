import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { cancelPasswordResetWorkflow } from "../../../../../workflows"
import { resetIdIn, retrieveForAdmin } from "../../retrieve"

/** Ends a reset, and every other link of its account. */
export const POST = async (req: AuthenticatedMedusaRequest, res: MedusaResponse) => {
  const id = resetIdIn(req)
  await cancelPasswordResetWorkflow(req.scope).run({ input: { id } })
  res.json({ password_reset: await retrieveForAdmin(req.scope, id) })
}
