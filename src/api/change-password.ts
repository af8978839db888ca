import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { ContainerRegistrationKeys, generateJwtToken, MedusaError } from "@medusajs/framework/utils"
import { z } from "@medusajs/framework/zod"
import { errorOf, isPasswordRejected } from "../errors"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import { PASSWORD_GENERATION } from "../security/session"
import { changePasswordWorkflow } from "../workflows"
import { sendPasswordRejected, sendTooManyRequests } from "./errors"
import { passwordField } from "./password-field"

export const ChangePassword = z.strictObject({
  old_password: passwordField("old_password"),
  password: passwordField("password"),
  keep_session: z.boolean().default(false),
})

export type ChangePassword = z.infer<typeof ChangePassword>

type Request = AuthenticatedMedusaRequest<ChangePassword>

/**
 * Sets a new password for somebody who is signed in and knows the old one (OWASP ASVS 5.0, 6.2.2
 * and 6.2.3). Every session of the account ends; with `keep_session`, this one goes on: a cookie
 * session as it is, a JWT by the new one in the answer.
 */
export async function changePassword(req: Request, res: MedusaResponse) {
  const { auth_identity_id, actor_type } = req.auth_context
  const resets = req.scope.resolve(PASSWORD_RESET_MODULE)
  const entity_id = auth_identity_id && (await resets.findAddress(auth_identity_id))
  if (!entity_id) {
    throw new MedusaError(MedusaError.Types.NOT_ALLOWED, "This account has no password to change")
  }
  const attempt = await resets.throttle?.admitLogin(entity_id, resets.clientIp.of(req))
  if (attempt?.allowed === false) {
    return sendTooManyRequests(res, attempt)
  }
  const { old_password, password, keep_session } = req.validatedBody
  try {
    const { result } = await changePasswordWorkflow(req.scope).run({
      input: { account: { entity_id, actor_type }, old_password, password },
    })
    await attempt?.settle("success")
    res.json({ success: true, ...(keep_session && keepSession(req, result.generation)) })
  } catch (error) {
    const isWrong = (error as { code?: unknown }).code === errorOf("old_password_wrong").code
    await attempt?.settle(isWrong ? "failure" : "none")
    if (isPasswordRejected(error)) {
      return sendPasswordRejected(res, error)
    }
    throw error
  }
}

/** Claims that signing adds itself, as `http.jwtOptions` says (RFC 7519, 4.1). */
const SIGNED = new Set(["iss", "sub", "aud", "exp", "nbf", "iat", "jti"])

/** Lends the new generation to the session that the request came with. */
function keepSession(req: Request, generation: number): { token?: string } {
  const session = req.session as { auth_context?: Request["auth_context"] } | undefined
  const { app_metadata } = req.auth_context
  const kept = {
    ...req.auth_context,
    app_metadata: { ...app_metadata, [PASSWORD_GENERATION]: generation },
  }
  if (session?.auth_context?.actor_type === kept.actor_type) {
    session.auth_context = kept
    return {}
  }
  const { http } = req.scope.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const claims = Object.fromEntries(Object.entries(kept).filter(([name]) => !SIGNED.has(name)))
  const { jwtSecret: secret, jwtExpiresIn: expiresIn, jwtOptions } = http
  return { token: generateJwtToken(claims, { secret, expiresIn, jwtOptions }) }
}
