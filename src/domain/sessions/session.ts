import type { ConfigModule } from "@medusajs/framework/types"
import { generateJwtToken } from "@medusajs/framework/utils"
import { PASSWORD_GENERATION } from "../database/medusa/generations"
import { decodePayload } from "../tokens/jwt"

/** What a JWT or a cookie session says of itself; unverified. */
export type SessionClaims = {
  auth_identity_id: string
  /** Which of the account's passwords it is of; 0 before the first that was ever changed. */
  generation: number
  /** When it was signed, in seconds since 1970. */
  issued_at?: number
}

/**
 * Reads the payload of a JWT, as it lies in a cookie session or in a decoded token.
 *
 * @returns undefined for what is no session: a reset token, say
 */
export function readSession(payload: unknown): SessionClaims | undefined {
  const { auth_identity_id, app_metadata, iat } = (payload ?? {}) as Record<string, unknown>
  if (typeof auth_identity_id !== "string" || !/^[\w-]{1,64}$/.test(auth_identity_id)) {
    return undefined
  }
  return {
    auth_identity_id,
    generation: generationOf(app_metadata),
    issued_at: typeof iat === "number" ? iat : undefined,
  }
}

/**
 * Reads a session's JWT. It is decoded only: to drop what has ended, it need not be genuine, and
 * verifying takes a hundred times as long.
 */
export function readSessionToken(token: string | undefined): SessionClaims | undefined {
  return readSession(decodePayload(token))
}

/** The generation that an `app_metadata` says. */
export function generationOf(app_metadata: unknown): number {
  const generation = (app_metadata as Record<string, unknown> | null)?.[PASSWORD_GENERATION]
  return typeof generation === "number" ? generation : 0
}

/** Medusa's own for the cookie, in seconds: 10 hours. */
const COOKIE_LIFETIME_SECONDS = 10 * 3600
/** Where tokens never expire, or late, the list of ended ones still has an end: 30 days. */
const MAX_LIFETIME_SECONDS = 30 * 24 * 3600

/** How long the longest session of a shop lives, in seconds, at most 30 days. */
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
  const ofCookie = sessionOptions?.ttl ? sessionOptions.ttl / 1000 : COOKIE_LIFETIME_SECONDS
  return Math.min(MAX_LIFETIME_SECONDS, Math.max(exp - iat, ofCookie))
}
