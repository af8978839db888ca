import {
  defineMiddlewares,
  type MedusaNextFunction,
  type MedusaRequest,
  type MedusaResponse,
  validateAndTransformBody,
} from "@medusajs/framework/http"
import { ContainerRegistrationKeys, MedusaError } from "@medusajs/framework/utils"
import { PROVIDER } from "../security/reset-token"
import { RequestPasswordReset } from "./auth/[actor_type]/emailpass/reset-password/validators"
import { CompletePasswordReset } from "./auth/[actor_type]/emailpass/update/validators"

const RESET_PASSWORD = "/auth/:actor_type/emailpass/reset-password"
const UPDATE = "/auth/:actor_type/emailpass/update"

export default defineMiddlewares({
  routes: [
    // Without a method, it comes before every route: see Medusa's routes sorter.
    { matcher: "/auth/:actor_type/:auth_provider", middlewares: [refuseEncodedProvider] },
    {
      matcher: RESET_PASSWORD,
      methods: ["GET"],
      middlewares: [forbidCaching, requireAllowedProvider],
    },
    {
      matcher: RESET_PASSWORD,
      methods: ["POST"],
      middlewares: [
        forbidCaching,
        requireAllowedProvider,
        validateAndTransformBody(RequestPasswordReset),
      ],
    },
    {
      matcher: UPDATE,
      methods: ["POST"],
      middlewares: [
        forbidCaching,
        requireAllowedProvider,
        validateAndTransformBody(CompletePasswordReset),
      ],
    },
  ],
})

/**
 * `/auth/customer/%65mailpass/update` misses our routes, whose path says `emailpass`, and would
 * reach Medusa's own, which decode it. Nobody writes it so in good faith: 404.
 */
function refuseEncodedProvider(req: MedusaRequest, _: MedusaResponse, next: MedusaNextFunction) {
  const written = req.baseUrl.split("/").at(-1)?.toLowerCase()
  if (req.params.auth_provider?.toLowerCase() === PROVIDER && written !== PROVIDER) {
    return next(new MedusaError(MedusaError.Types.NOT_FOUND, "Not found"))
  }
  next()
}

/** What Medusa checks on its own auth routes, in its words. */
function requireAllowedProvider(req: MedusaRequest, _: MedusaResponse, next: MedusaNextFunction) {
  const { http } = req.scope.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const actor = req.params.actor_type as string
  const allowed = http.authMethodsPerActor?.[actor]
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

/** Answers about a token belong in no cache, and the page's address in no other site's log. */
function forbidCaching(_: MedusaRequest, res: MedusaResponse, next: MedusaNextFunction) {
  res.setHeader("Cache-Control", "no-store")
  res.setHeader("Referrer-Policy", "no-referrer")
  next()
}
