import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { PASSWORD_RESET_MODULE } from "../../../../../modules/password-reset"

/** Tells a form the password rules, so that it can show them and check the simple ones early. */
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
