import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { resetIdIn, retrieveForAdmin } from "../retrieve"

/** One reset, with what happened to it and when. */
export const GET = async (req: AuthenticatedMedusaRequest, res: MedusaResponse) => {
  const { fields } = req.queryConfig
  res.json({ password_reset: await retrieveForAdmin(req.scope, resetIdIn(req), fields) })
}
