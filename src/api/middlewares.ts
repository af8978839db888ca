import {
  defineMiddlewares,
  type MedusaNextFunction,
  type MedusaRequest,
  type MedusaResponse,
  validateAndTransformBody,
} from "@medusajs/framework/http"
import { ContainerRegistrationKeys, MedusaError } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import { approvedBodies } from "../providers/emailpass/service"
import { PROVIDER } from "../security/reset-token"
import { allowedRedirectUrl } from "../security/redirect-url"
import { storeNameOf } from "../workflows/store-name"
import { sendPasswordRejected } from "./errors"
import { RequestPasswordReset } from "./auth/[actor_type]/emailpass/reset-password/validators"
import { CompletePasswordReset } from "./auth/[actor_type]/emailpass/update/validators"

const RESET_PASSWORD = "/auth/:actor_type/emailpass/reset-password"
const UPDATE = "/auth/:actor_type/emailpass/update"

const REGISTER = "/auth/:actor_type/emailpass/register"
const PASSWORD_POLICY = "/auth/:actor_type/emailpass/password-policy"

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
        requireAllowedRedirect,
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
    { matcher: PASSWORD_POLICY, methods: ["GET"], middlewares: [requireAllowedProvider] },
    // Medusa's own route: it would turn what the provider says into a 401.
    { matcher: REGISTER, methods: ["POST"], middlewares: [requireAllowedProvider, judgePassword] },
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

/** Refuses a bad password of a new account; other faults in the body are Medusa's to name. */
async function judgePassword(req: MedusaRequest, res: MedusaResponse, next: MedusaNextFunction) {
  const { email, password } = (req.body ?? {}) as Record<string, unknown>
  if (typeof email !== "string" || typeof password !== "string" || !email || !password) {
    return next()
  }
  const { passwordPolicy } = req.scope.resolve(PASSWORD_RESET_MODULE)
  const reasons = await passwordPolicy.judge(password, [email, await storeNameOf(req.scope)])
  if (reasons.length) {
    return sendPasswordRejected(res, { code: "password_rejected", reasons })
  }
  approvedBodies.add(req.body as object)
  next()
}

/** A foreign `metadata.redirect_url` is refused for every address alike. */
function requireAllowedRedirect(req: MedusaRequest, _: MedusaResponse, next: MedusaNextFunction) {
  const { redirect_url } = (req.validatedBody as RequestPasswordReset).metadata
  const { allowedRedirectUrls } = req.scope.resolve(PASSWORD_RESET_MODULE).options
  const allowed = allowedRedirectUrls[req.params.actor_type as string]
  if (redirect_url !== undefined && !allowedRedirectUrl(redirect_url, allowed)) {
    return next(
      new MedusaError(
        MedusaError.Types.INVALID_DATA,
        "Field 'metadata.redirect_url' is not under an allowed URL",
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
