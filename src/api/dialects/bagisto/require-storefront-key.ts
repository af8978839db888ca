import { ApiKeyType, ContainerRegistrationKeys, MedusaError } from "@medusajs/framework/utils"
import type { Guard } from "../../guards/guard"

/** The header in which Bagisto's storefronts send their key. */
const HEADER = "X-STOREFRONT-KEY"

/**
 * Requires a publishable API key, as Medusa does for `/store`. There the key comes in another header, and
 * a missing one is answered with 400 rather than 401.
 */
export const requireStorefrontKey: Guard = async (req, _, next) => {
  const token = req.get(HEADER)
  if (!token) {
    throw new MedusaError(MedusaError.Types.UNAUTHORIZED, `The header ${HEADER} is required`)
  }
  const { data } = await req.scope.resolve(ContainerRegistrationKeys.QUERY).graph({
    entity: "api_key",
    fields: ["revoked_at"],
    filters: { token, type: ApiKeyType.PUBLISHABLE },
  })
  if (!data.some(isLive)) {
    throw new MedusaError(MedusaError.Types.UNAUTHORIZED, `The ${HEADER} is not valid`)
  }
  next()
}

/** Whether a key works: its revocation may be set to a later time. */
function isLive({ revoked_at }: { revoked_at?: Date | string | null }): boolean {
  return !revoked_at || new Date(revoked_at) > new Date()
}
