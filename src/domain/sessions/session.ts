import type { ConfigModule } from "@medusajs/framework/types"
import { generateJwtToken } from "@medusajs/framework/utils"
import { PASSWORD_GENERATION } from "../database/medusa/generations"
import { decodePayload } from "../tokens/jwt"

/** What a JWT or a cookie session says of itself; unverified. */
export type SessionClaims = {
  /** An opaque text: a store may choose its ids. Undefined if no account can have it. */
  auth_identity_id: string | undefined
  /** The number of the account's password when it was signed; 0 until the first change. */
  generation: number
  /** When it was signed: the JWT's `iat`, in seconds since 1970. */
  issued_at?: number
}

/**
 * Reads the claims of a session.
 *
 * @param payload of a JWT, or the `auth_context` of a cookie session
 * @returns undefined if it names no account, as a reset token
 */
export function readSession(payload: unknown): SessionClaims | undefined {
  const { auth_identity_id, app_metadata, iat } = (payload ?? {}) as Record<string, unknown>
  if (auth_identity_id === undefined || auth_identity_id === null || auth_identity_id === "") {
    return undefined
  }
  const isStorable = typeof auth_identity_id === "string" && !auth_identity_id.includes("\0")
  return {
    auth_identity_id: isStorable ? auth_identity_id : undefined,
    generation: generationOf(app_metadata),
    issued_at: typeof iat === "number" ? iat : undefined,
  }
}

/**
 * Reads a session's JWT without verifying it. Verifying takes a hundred times as long, and dropping an ended
 * session is safe for a forged token as well.
 */
export function readSessionToken(token: string | undefined): SessionClaims | undefined {
  return readSession(decodePayload(token))
}

/** The password generation in an account's `app_metadata`; 0 if it has none. */
export function generationOf(app_metadata: unknown): number {
  const generation = (app_metadata as Record<string, unknown> | null)?.[PASSWORD_GENERATION]
  return typeof generation === "number" ? generation : 0
}

/** The lifetime of Medusa's session cookie by default: 10 hours. */
const COOKIE_LIFETIME_SECONDS = 10 * 3600
/** Limits how long ended sessions are remembered, even if tokens never expire: 30 days. */
const MAX_LIFETIME_SECONDS = 30 * 24 * 3600

/** The lifetime of a shop's longest session, JWT or cookie, in seconds: at most 30 days. */
export function sessionLifetime({ http, sessionOptions }: ConfigModule["projectConfig"]): number {
  const { jwtSecret, jwtExpiresIn, jwtOptions } = http
  const token =
    jwtSecret && (jwtExpiresIn ?? jwtOptions?.expiresIn)
      ? generateJwtToken({}, { secret: jwtSecret, expiresIn: jwtExpiresIn, jwtOptions })
      : undefined
  const { exp = MAX_LIFETIME_SECONDS, iat = 0 } = (decodePayload(token) ?? {}) as {
    exp?: number
    iat?: number
  }
  const cookieLifetime = sessionOptions?.ttl ? sessionOptions.ttl / 1000 : COOKIE_LIFETIME_SECONDS
  return Math.min(MAX_LIFETIME_SECONDS, Math.max(exp - iat, cookieLifetime))
}
