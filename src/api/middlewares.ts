import {
  authenticate,
  defineMiddlewares,
  validateAndTransformQuery,
} from "@medusajs/framework/http"
import { POLICIES } from "./admin/password-resets/policies"
import { listConfig, retrieveConfig } from "./admin/password-resets/query-config"
import {
  ListPasswordResets,
  RetrievePasswordReset,
  StartPasswordReset,
} from "./admin/password-resets/validators"
import { RequestPasswordReset } from "./auth/[actor_type]/emailpass/reset-password/validators"
import { CompletePasswordReset } from "./auth/[actor_type]/emailpass/update/validators"
import { ChangePassword } from "./change-password/validators"
import { boundHashing } from "./guards/bound-hashing"
import { dropEndedSessions } from "./guards/drop-ended-sessions"
import { forbidCaching } from "./guards/forbid-caching"
import { hideUserToken } from "./guards/hide-user-token"
import { judgePassword } from "./guards/judge-password"
import { keepGeneration } from "./guards/keep-generation"
import { limitBadTokens } from "./guards/limit-bad-tokens"
import { keepWorkflowsInside } from "./guards/keep-workflows-inside"
import { limitByClient } from "./guards/limit-by-client"
import { limitLogins, limitRegistrations } from "./guards/limit-logins"
import { refuseEncodedProvider } from "./guards/refuse-encoded-provider"
import { requireAllowedPage } from "./guards/require-allowed-page"
import { requireAllowedProvider } from "./guards/require-allowed-provider"
import { requireTables } from "./guards/require-tables"
import { requireStorableEmail } from "./guards/require-storable-email"
import { restrictReturnedToken } from "./guards/restrict-returned-token"
import { validateBody } from "./guards/validate-body"

const EMAILPASS = "/auth/:actor_type/emailpass"
const RESET_PASSWORD = `${EMAILPASS}/reset-password`

export default defineMiddlewares({
  routes: [
    // Without a method, Medusa's routes sorter puts these before every route.
    { matcher: "/", middlewares: [dropEndedSessions] },
    { matcher: "/auth/:actor_type/:auth_provider", middlewares: [refuseEncodedProvider] },
    {
      matcher: RESET_PASSWORD,
      methods: ["GET"],
      middlewares: [forbidCaching, requireTables, requireAllowedProvider(), limitByClient("check")],
    },
    {
      matcher: RESET_PASSWORD,
      methods: ["POST"],
      middlewares: [
        forbidCaching,
        requireTables,
        requireAllowedProvider(),
        limitByClient("request"),
        validateBody(RequestPasswordReset),
        requireAllowedPage,
      ],
    },
    {
      matcher: `${EMAILPASS}/update`,
      methods: ["POST"],
      middlewares: [
        forbidCaching,
        requireTables,
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
    // Medusa's own routes that verify or set a password.
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
        limitByClient("register"),
        requireStorableEmail,
        limitRegistrations,
        boundHashing,
        judgePassword,
      ],
    },
    // Medusa's own routes that exchange a JWT for a new one.
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
        requireTables,
        authenticate("customer", ["session", "bearer"]),
        validateBody(ChangePassword),
      ],
    },
    {
      matcher: "/admin/password-resets",
      methods: ["GET"],
      policies: POLICIES.read,
      middlewares: [
        forbidCaching,
        requireTables,
        validateAndTransformQuery(ListPasswordResets, listConfig),
      ],
    },
    {
      matcher: "/admin/password-resets",
      methods: ["POST"],
      policies: POLICIES.update,
      middlewares: [
        forbidCaching,
        requireTables,
        validateBody(StartPasswordReset),
        restrictReturnedToken,
      ],
    },
    {
      matcher: "/admin/password-resets/:id",
      methods: ["GET"],
      policies: POLICIES.read,
      middlewares: [
        forbidCaching,
        requireTables,
        validateAndTransformQuery(RetrievePasswordReset, retrieveConfig),
      ],
    },
    {
      matcher: "/admin/password-resets/:id/cancel",
      methods: ["POST"],
      policies: POLICIES.update,
      middlewares: [forbidCaching, requireTables],
    },
    // Medusa's own route that returns a user's token to any admin.
    {
      matcher: "/admin/users/:id/reset-password",
      methods: ["POST"],
      middlewares: [forbidCaching, hideUserToken],
    },
    // Medusa's own routes that run any workflow, or end a step of one.
    { matcher: "/admin/workflows-executions/:workflow_id", middlewares: [keepWorkflowsInside] },
    {
      matcher: "/admin/users/me/password",
      methods: ["POST"],
      middlewares: [forbidCaching, requireTables, validateBody(ChangePassword)],
    },
  ],
})
