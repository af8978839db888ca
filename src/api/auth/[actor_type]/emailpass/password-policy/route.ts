import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { PASSWORD_RESET_MODULE } from "../../../../../modules/password-reset"

/** What a form needs to show the rules, and to check the simple ones while somebody types. */
export const GET = async (req: MedusaRequest, res: MedusaResponse) => {
  const { password } = req.scope.resolve(PASSWORD_RESET_MODULE).options
  res.json({
    min_length: password.minLength,
    max_length: password.maxLength,
    min_strength: password.minStrength,
    blocklist: password.blocklist !== false,
    breached: password.breached !== false,
  })
}
