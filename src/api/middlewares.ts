import {
  authenticate,
  defineMiddlewares,
  type MedusaNextFunction,
  type MedusaRequest,
  type MedusaResponse,
  validateAndTransformQuery,
} from "@medusajs/framework/http"
import type { MedusaContainer } from "@medusajs/framework/types"
import { MedusaError, Modules } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import { approvedBodies } from "../providers/emailpass/service"
import { isStorable, MAX_ADDRESS } from "../domain/accounts/address"
import { PROVIDER } from "../domain/tokens/reset-token"
import { requireAllowedRedirect } from "../domain/tokens/redirect-url"
import { storeNameOf } from "../domain/mails/store-name"
import { requireAllowedProvider } from "./guards/allowed-provider"
import { dropEndedSessions, keepGeneration } from "./guards/ended-sessions"
import { sendPasswordRejected } from "./error-answers"
import { listConfig, retrieveConfig } from "./admin/password-resets/query-config"
import {
  ListPasswordResets,
  RetrievePasswordReset,
  StartPasswordReset,
} from "./admin/password-resets/validators"
import { forbidCaching } from "./guards/forbid-caching"
import { validateBody } from "./guards/validate-body"
import { boundHashing, limitBadTokens, limitByIp, limitLogins } from "./guards/throttle"
import { RequestPasswordReset } from "./auth/[actor_type]/emailpass/reset-password/validators"
import { ChangePassword } from "./change-password"
import { CompletePasswordReset } from "./auth/[actor_type]/emailpass/update/validators"

const EMAILPASS = "/auth/:actor_type/emailpass"
const RESET_PASSWORD = `${EMAILPASS}/reset-password`

export default defineMiddlewares({
  routes: [
    // Without a method, these come before every route: see Medusa's routes sorter.
    { matcher: "/", middlewares: [dropEndedSessions] },
    { matcher: "/auth/:actor_type/:auth_provider", middlewares: [refuseEncodedProvider] },
    {
      matcher: RESET_PASSWORD,
      methods: ["GET"],
      middlewares: [forbidCaching, requireAllowedProvider(), limitByIp("check")],
    },
    {
      matcher: RESET_PASSWORD,
      methods: ["POST"],
      middlewares: [
        forbidCaching,
        requireAllowedProvider(),
        limitByIp("request"),
        validateBody(RequestPasswordReset),
        requireAllowedPage,
      ],
    },
    {
      matcher: `${EMAILPASS}/update`,
      methods: ["POST"],
      middlewares: [
        forbidCaching,
        requireAllowedProvider(),
        limitBadTokens,
        validateBody(CompletePasswordReset),
        boundHashing,
      ],
    },
    {
      matcher: `${EMAILPASS}/password-policy`,
      methods: ["GET"],
      middlewares: [forbidCaching, requireAllowedProvider()],
    },
    // Medusa's own routes that verify a password. Registration would turn what the provider says
    // of a bad one into a 401.
    {
      matcher: EMAILPASS,
      methods: ["GET", "POST"],
      middlewares: [requireStorableEmail, limitLogins, boundHashing],
    },
    {
      matcher: `${EMAILPASS}/register`,
      methods: ["POST"],
      middlewares: [
        requireAllowedProvider(),
        limitByIp("register"),
        requireStorableEmail,
        limitLogins,
        boundHashing,
        judgePassword,
      ],
    },
    // Medusa's own routes that give a new JWT for an old one.
    { matcher: "/auth/token/refresh", methods: ["POST"], middlewares: [keepGeneration] },
    {
      matcher: "/auth/mfa/challenges/:id/verify",
      methods: ["POST"],
      middlewares: [keepGeneration],
    },
    {
      matcher: "/store/customers/me/password",
      methods: ["POST"],
      middlewares: [
        forbidCaching,
        authenticate("customer", ["session", "bearer"]),
        validateBody(ChangePassword),
      ],
    },
    {
      matcher: "/admin/password-resets",
      methods: ["GET"],
      policies: may("read"),
      middlewares: [forbidCaching, validateAndTransformQuery(ListPasswordResets, listConfig)],
    },
    {
      matcher: "/admin/password-resets",
      methods: ["POST"],
      policies: may("update"),
      middlewares: [forbidCaching, validateBody(StartPasswordReset)],
    },
    {
      matcher: "/admin/password-resets/:id",
      methods: ["GET"],
      policies: may("read"),
      middlewares: [
        forbidCaching,
        validateAndTransformQuery(RetrievePasswordReset, retrieveConfig),
      ],
    },
    {
      matcher: "/admin/password-resets/:id/cancel",
      methods: ["POST"],
      policies: may("update"),
      middlewares: [forbidCaching],
    },
    // Medusa's own route that hands a user's token to any admin.
    {
      matcher: "/admin/users/:id/reset-password",
      methods: ["POST"],
      middlewares: [forbidCaching, hideUserToken],
    },
    {
      matcher: "/admin/users/me/password",
      methods: ["POST"],
      middlewares: [forbidCaching, validateBody(ChangePassword)],
    },
  ],
})

/**
 * Where a store has switched Medusa's roles on (`rbac`): resets are as much worth as the accounts that
 * they are for.
 */
function may(operation: "read" | "update") {
  return ["customer", "user"].map((resource) => ({ resource, operation }))
}

/**
 * `/auth/customer/%65mailpass/update` misses our routes, whose path says `emailpass`, and would
 * reach Medusa's own, which decode it. Nobody writes it so in good faith, nor an actor type with a
 * NUL: 404.
 */
function refuseEncodedProvider(req: MedusaRequest, _: MedusaResponse, next: MedusaNextFunction) {
  const { actor_type = "", auth_provider } = req.params
  const written = req.baseUrl.split("/").at(-1)?.toLowerCase()
  const isOurs = auth_provider?.toLowerCase() === PROVIDER
  if (isOurs && (written !== PROVIDER || actor_type.includes("\0"))) {
    return next(new MedusaError(MedusaError.Types.NOT_FOUND, "Not found"))
  }
  next()
}

/** Refuses an address that no account can have, before anything is made of it. */
function requireStorableEmail(req: MedusaRequest, _: MedusaResponse, next: MedusaNextFunction) {
  const { email } = (req.body ?? {}) as Record<string, unknown>
  if (typeof email === "string" && !isStorable(email)) {
    return next(
      new MedusaError(
        MedusaError.Types.INVALID_DATA,
        `Field 'email' must have at most ${MAX_ADDRESS} characters, and no control characters`,
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
  const reasons = await passwordPolicy.judge(password, [email, await storeNameIn(req.scope)])
  if (reasons.length) {
    return sendPasswordRejected(res, { code: "password_rejected", reasons })
  }
  approvedBodies.add(req.body as object)
  next()
}

function storeNameIn(scope: MedusaContainer): Promise<string> {
  const { branding } = scope.resolve(PASSWORD_RESET_MODULE).options.email
  return storeNameOf(scope.resolve(Modules.STORE), branding.storeName)
}

/** A foreign `metadata.redirect_url` is refused for every address alike. */
function requireAllowedPage(req: MedusaRequest, _: MedusaResponse, next: MedusaNextFunction) {
  const { redirect_url } = (req.validatedBody as RequestPasswordReset).metadata
  const { allowedRedirectUrls } = req.scope.resolve(PASSWORD_RESET_MODULE).options
  requireAllowedRedirect(redirect_url, allowedRedirectUrls[req.params.actor_type as string])
  next()
}

/** With `admin.hideUserToken`, whoever starts a user's reset never holds the key: it is mailed. */
function hideUserToken(req: MedusaRequest, res: MedusaResponse, next: MedusaNextFunction) {
  const { admin } = req.scope.resolve(PASSWORD_RESET_MODULE).options
  if (admin.hideUserToken) {
    const answer = res.json.bind(res)
    res.json = (body) => {
      const { token: _, ...rest } = body as Record<string, unknown>
      return answer(rest)
    }
  }
  next()
}
