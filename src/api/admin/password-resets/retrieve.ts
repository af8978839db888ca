import type { MedusaRequest } from "@medusajs/framework/http"
import type { MedusaContainer } from "@medusajs/framework/types"
import { MedusaError } from "@medusajs/framework/utils"
import { isResetId } from "../../../domain/database/ids"
import { PASSWORD_RESET_MODULE } from "../../../modules/password-reset"
import { FIELDS } from "./query-config"
import { trailOf } from "./trail"

/**
 * The id that a path names.
 *
 * @throws MedusaError `not_found` for what can't be an id: the database refuses a NUL
 */
export function resetIdIn({ params }: MedusaRequest): string {
  const { id = "" } = params
  if (!isResetId(id)) {
    throw new MedusaError(MedusaError.Types.NOT_FOUND, "There is no password reset with this id")
  }
  return id
}

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
