import type { MedusaNextFunction, MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { ContainerRegistrationKeys, MedusaError } from "@medusajs/framework/utils"
import { PROVIDER } from "../security/reset-token"

/**
 * What Medusa checks on its own auth routes, in its words: whether the actor may sign in with a
 * password at all.
 *
 * @param actorType where the path does not name it
 */
export function requireAllowedProvider(actorType?: string) {
  return (req: MedusaRequest, _: MedusaResponse, next: MedusaNextFunction) => {
    const { http } = req.scope.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
    const actor = actorType ?? (req.params.actor_type as string)
    const perActor = http.authMethodsPerActor ?? {}
    const allowed = Object.hasOwn(perActor, actor) ? perActor[actor] : undefined
    if (allowed && !allowed.includes(PROVIDER)) {
      return next(
        new MedusaError(
          MedusaError.Types.NOT_ALLOWED,
          `The actor type ${actor} is not allowed to use the auth provider ${PROVIDER}`,
        ),
      )
    }
    next()
  }
}
