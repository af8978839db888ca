import type { AuthenticatedMedusaRequest } from "@medusajs/framework/http"
import { Modules } from "@medusajs/framework/utils"
import { generateJwtTokenForAuthIdentity } from "@medusajs/medusa/api/auth/utils/generate-jwt-token"
import { generationOf } from "../../domain/sessions/session"
import { decodePayload } from "../../domain/tokens/jwt"
import { PROVIDER } from "../../domain/tokens/reset-token"
import { httpConfigOf } from "../http-config"

type AuthContext = AuthenticatedMedusaRequest["auth_context"] & { auth_provider?: string }
type Session = AuthenticatedMedusaRequest["session"] & {
  auth_context?: AuthContext
  regenerate(callback: (error?: Error) => void): void
}

/**
 * Replaces the session that a request came with by one of the account's new password. A cookie session
 * is regenerated, so that no copy of the old cookie lives on, a thief's included. A JWT is answered by
 * another.
 *
 * @param generation of the new password; nothing is replaced where it has been changed again since
 * @returns the JWT, where the session is not in a cookie
 */
export async function keepSession(
  req: AuthenticatedMedusaRequest,
  generation: number,
): Promise<{ token?: string }> {
  const token = await renewedToken(req, generation)
  const session = req.session as Session | undefined
  if (!token || session?.auth_context?.actor_type !== req.auth_context.actor_type) {
    return { token }
  }
  await new Promise<void>((resolve, reject) => {
    session.regenerate((error?: Error) => (error ? reject(error) : resolve()))
  })
  const regenerated = req.session as unknown as Session
  regenerated.auth_context = decodePayload(token) as unknown as AuthContext
  return {}
}

/** A JWT of the account as it is now; undefined where its password has been changed again. */
async function renewedToken(
  req: AuthenticatedMedusaRequest,
  generation: number,
): Promise<string | undefined> {
  const { auth_identity_id, auth_provider, actor_type, ...mfa } = req.auth_context as AuthContext
  const authIdentity = await req.scope
    .resolve(Modules.AUTH)
    .retrieveAuthIdentity(auth_identity_id, { relations: ["provider_identities"] })
  if (generationOf(authIdentity.app_metadata) !== generation) {
    return undefined
  }
  const http = httpConfigOf(req.scope)
  return generateJwtTokenForAuthIdentity(
    {
      authIdentity,
      actorType: actor_type,
      authProvider: auth_provider ?? PROVIDER,
      container: req.scope,
      mfaEnabled: mfa.mfa_enabled,
      mfaChallengeCompletedAt: mfa.mfa_challenge_completed_at,
    },
    { secret: http.jwtSecret!, expiresIn: http.jwtExpiresIn, options: http.jwtOptions },
  )
}
