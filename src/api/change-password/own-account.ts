import type { AuthenticatedMedusaRequest } from "@medusajs/framework/http"
import { MedusaError, Modules } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"

/**
 * The account of whoever is signed in.
 *
 * @throws MedusaError `not_allowed` for an account without a password; `unauthorized` where the
 * session's actor is no longer the account's, since Medusa may have removed it in the meantime
 */
export async function requireOwnAccount({ auth_context, scope }: AuthenticatedMedusaRequest) {
  const { auth_identity_id, actor_id, actor_type } = auth_context
  const resets = scope.resolve(PASSWORD_RESET_MODULE)
  const entity_id = auth_identity_id && (await resets.findAddress(auth_identity_id))
  if (!entity_id) {
    throw new MedusaError(MedusaError.Types.NOT_ALLOWED, "This account has no password to change")
  }
  const [identity] = await scope
    .resolve(Modules.AUTH)
    .listAuthIdentities({ id: [auth_identity_id] })
  if (!actor_id || identity?.app_metadata?.[`${actor_type}_id`] !== actor_id) {
    throw new MedusaError(MedusaError.Types.UNAUTHORIZED, "Unauthorized")
  }
  return { entity_id, actor_type }
}
