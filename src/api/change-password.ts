import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { ContainerRegistrationKeys, MedusaError, Modules } from "@medusajs/framework/utils"
import { z } from "@medusajs/framework/zod"
import { generateJwtTokenForAuthIdentity } from "@medusajs/medusa/api/auth/utils/generate-jwt-token"
import { errorOf, isPasswordRejected } from "../domain/errors"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import { PROVIDER } from "../domain/tokens/reset-token"
import { generationOf } from "../domain/sessions/session"
import { decodePayload } from "../domain/tokens/jwt"
import { changePassword } from "../workflows/change-password"
import { passes } from "./guarded-route"
import { describeClient } from "./request-client"
import { sendPasswordRejected, sendTooManyRequests } from "./error-answers"
import { passwordField } from "./password-field"
import { boundHashing } from "./guards/throttle"

export const ChangePassword = z.strictObject({
  old_password: passwordField("old_password"),
  password: passwordField("password"),
  keep_session: z.boolean().default(false),
})

export type ChangePassword = z.infer<typeof ChangePassword>

type Request = AuthenticatedMedusaRequest<ChangePassword>
type AuthContext = Request["auth_context"] & { auth_provider?: string }
type Session = Request["session"] & {
  auth_context?: AuthContext
  regenerate(callback: (error?: Error) => void): void
}

/**
 * Sets a new password for somebody who is signed in and knows the old one (OWASP ASVS 5.0, 6.2.2
 * and 6.2.3). Every session of the account ends; with `keep_session`, this one goes on: by a new
 * cookie, or by the new JWT in the answer.
 */
export async function changeOwnPassword(req: Request, res: MedusaResponse) {
  const { auth_identity_id, actor_type } = req.auth_context
  const resets = req.scope.resolve(PASSWORD_RESET_MODULE)
  const entity_id = auth_identity_id && (await resets.findAddress(auth_identity_id))
  if (!entity_id) {
    throw new MedusaError(MedusaError.Types.NOT_ALLOWED, "This account has no password to change")
  }
  if (!(await isActorOf(req))) {
    throw new MedusaError(MedusaError.Types.UNAUTHORIZED, "Unauthorized")
  }
  const attempt = await resets.throttle?.admitLogin(entity_id, resets.clientIp.of(req))
  if (attempt?.allowed === false) {
    return sendTooManyRequests(res, attempt)
  }
  // Not before: who is refused may have to wait, and must not do so among those who hash.
  if (!(await passes(boundHashing, req, res))) {
    return attempt?.settle("none")
  }
  const { old_password, password, keep_session } = req.validatedBody
  try {
    const { generation } = await changePassword(
      { account: { entity_id, actor_type }, old_password, password, client: describeClient(req) },
      req.scope,
    )
    await attempt?.settle("success")
    const kept = keep_session ? await keepSession(req, generation) : {}
    res.json({ success: true, ...kept })
  } catch (error) {
    const isWrong = (error as { code?: unknown }).code === errorOf("old_password_wrong").code
    await attempt?.settle(isWrong ? "failure" : "none")
    if (isPasswordRejected(error)) {
      return sendPasswordRejected(res, error)
    }
    throw error
  }
}

/**
 * Makes the session that the request came with anew, of the account as it is now: a cookie gets
 * another session, so that no older copy of it, nor a thief's, is kept; a JWT is followed by another.
 */
async function keepSession(req: Request, generation: number): Promise<{ token?: string }> {
  const { auth_identity_id, auth_provider, actor_type } = req.auth_context as AuthContext
  const authIdentity = await req.scope
    .resolve(Modules.AUTH)
    .retrieveAuthIdentity(auth_identity_id, { relations: ["provider_identities"] })
  if (generationOf(authIdentity.app_metadata) !== generation) {
    return {} // It has been changed again since.
  }
  const { http } = req.scope.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const token = await generateJwtTokenForAuthIdentity(
    {
      authIdentity,
      actorType: actor_type,
      authProvider: auth_provider ?? PROVIDER,
      container: req.scope,
      mfaEnabled: req.auth_context.mfa_enabled,
      mfaChallengeCompletedAt: req.auth_context.mfa_challenge_completed_at,
    },
    { secret: http.jwtSecret!, expiresIn: http.jwtExpiresIn, options: http.jwtOptions },
  )
  const session = req.session as Session | undefined
  if (session?.auth_context?.actor_type !== actor_type) {
    return { token }
  }
  await new Promise<void>((resolve, reject) => {
    session.regenerate((error?: Error) => (error ? reject(error) : resolve()))
  })
  ;(req.session as unknown as Session).auth_context = decodePayload(token) as unknown as AuthContext
  return {}
}

/** Whether the session's actor is the account's still: Medusa may have removed it since. */
async function isActorOf(req: Request): Promise<boolean> {
  const { auth_identity_id, actor_id, actor_type } = req.auth_context
  const [identity] = await req.scope
    .resolve(Modules.AUTH)
    .listAuthIdentities({ id: [auth_identity_id] })
  return Boolean(actor_id) && identity?.app_metadata?.[`${actor_type}_id`] === actor_id
}
