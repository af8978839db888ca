import type { MedusaNextFunction, MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { ApiKeyType, ContainerRegistrationKeys, MedusaError } from "@medusajs/framework/utils"

/** Where Bagisto's storefronts write their key. */
const HEADER = "X-STOREFRONT-KEY"

/**
 * Lets storefronts pass that have a publishable API key, as Medusa does for `/store`: there it comes in
 * another header, and is refused with 400.
 */
export async function requireStorefrontKey(
  req: MedusaRequest,
  _: MedusaResponse,
  next: MedusaNextFunction,
) {
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

/** A key may be revoked ahead of time. */
function isLive({ revoked_at }: { revoked_at?: Date | string | null }): boolean {
  return !revoked_at || new Date(revoked_at) > new Date()
}
