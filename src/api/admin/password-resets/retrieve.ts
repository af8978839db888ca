import type { MedusaContainer } from "@medusajs/framework/types"
import { PASSWORD_RESET_MODULE } from "../../../modules/password-reset"
import { FIELDS } from "./query-config"
import { trailOf } from "./trail"

/**
 * A reset as operators see it, with its trail.
 *
 * @throws MedusaError `not_found`
 */
export async function retrieveForAdmin(scope: MedusaContainer, id: string, fields = FIELDS) {
  const reset = await scope
    .resolve(PASSWORD_RESET_MODULE)
    .retrievePasswordReset(id, { select: FIELDS as never })
  const shown = Object.entries(reset).filter(([field]) => fields.includes(field))
  return { ...Object.fromEntries(shown), trail: trailOf(reset) }
}
