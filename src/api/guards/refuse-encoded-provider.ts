import { MedusaError } from "@medusajs/framework/utils"
import { isActorType } from "../../domain/accounts/actors"
import { PROVIDER } from "../../domain/tokens/reset-token"
import type { Guard } from "./guard"

/**
 * Answers 404 to a path that spells `emailpass` in another way. `/auth/customer/%65mailpass/update`
 * does not match our routes, and would reach Medusa's own, which decode it. What can't be an actor type gets
 * 404 as well.
 */
export const refuseEncodedProvider: Guard = (req, _, next) => {
  const { actor_type = "", auth_provider } = req.params
  const written = req.baseUrl.split("/").at(-1)?.toLowerCase()
  const isOurs = auth_provider?.toLowerCase() === PROVIDER
  if (isOurs && (written !== PROVIDER || !isActorType(actor_type))) {
    return next(new MedusaError(MedusaError.Types.NOT_FOUND, "Not found"))
  }
  next()
}
