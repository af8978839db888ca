import type { MedusaNextFunction, MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { mayUsePassword, providerNotAllowed } from "../../domain/accounts/actors"

/**
 * What Medusa checks on its own auth routes, in its words: whether the actor may sign in with a
 * password at all.
 *
 * @param actorType where the path does not name it
 */
export function requireAllowedProvider(actorType?: string) {
  return (req: MedusaRequest, _: MedusaResponse, next: MedusaNextFunction) => {
    const actor = actorType ?? (req.params.actor_type as string)
    const { http } = req.scope.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
    next(mayUsePassword(actor, http) ? undefined : providerNotAllowed(actor))
  }
}
