import { createHash, createSecretKey, type KeyObject, randomBytes } from "node:crypto"
// eslint-disable-next-line no-restricted-imports -- Medusa's JWT verification is exported nowhere else
import { getAuthContextFromJwtToken } from "@medusajs/framework/http"
import type { ProjectConfigOptions } from "@medusajs/framework/types"
import { generateJwtToken } from "@medusajs/framework/utils"
import { PROVIDER } from "../database/medusa/provider"
import { decodePayload } from "./jwt"

/** Also the `provider` claim of reset tokens. */
export { PROVIDER }

type HttpConfig = ProjectConfigOptions["http"]

/** The claims of a reset token. `expires_at` is the JWT's `exp`, `token_hash` the SHA-256 of its `jti`. */
export type ResetTokenClaims = {
  entity_id: string
  actor_type: string
  token_hash: string
  expires_at: Date
}

/**
 * Signs a new reset token. It has the claims of Medusa's own reset tokens, since the admin decodes them. Its
 * `jti` is 256 random bits (ASVS 5.0 11.5.1 requires 128). It can't serve as a session: it carries neither
 * `actor_id` nor `auth_identity_id`.
 *
 * @param ttl lifetime in seconds
 * @returns the token, which only the mail may hold, and the hash and expiry that the database stores
 */
export function mintResetToken(
  http: HttpConfig,
  { entity_id, actor_type, ttl }: { entity_id: string; actor_type: string; ttl: number },
): { token: string; token_hash: string; expires_at: Date } {
  const jti = randomBytes(32).toString("base64url")
  const token = generateJwtToken(
    { entity_id, provider: PROVIDER, actor_type, purpose: "reset" },
    {
      secret: signingKey(http.jwtSecret),
      expiresIn: ttl,
      jwtOptions: { ...http.jwtOptions, jwtid: jti },
    },
  )
  return { token, token_hash: hashJti(jti), expires_at: expiryOf(token) }
}

let cachedKey: { secret: unknown; key: KeyObject } | undefined

/**
 * Turns a text secret into a key, once. Given the text, the JWT library first tries to parse it as a private
 * key, each time, which costs more than signing.
 */
function signingKey(secret: HttpConfig["jwtSecret"]): HttpConfig["jwtSecret"] {
  if (typeof secret !== "string" || !secret || secret.includes("-----BEGIN ")) {
    return secret
  }
  if (cachedKey?.secret !== secret) {
    cachedKey = { secret, key: createSecretKey(secret, "utf8") }
  }
  return cachedKey.key
}

/**
 * Reads a reset token and verifies its signature. It does not check the expiry: callers compare `expires_at`,
 * so that they can tell an expired link from a forged one.
 *
 * @param actorType as the client wrote it in the path
 * @returns undefined unless it is a reset token of this actor type and of `emailpass`
 */
export function readResetToken(
  http: HttpConfig,
  token: string | undefined,
  actorType: string,
): ResetTokenClaims | undefined {
  const claims = verifiedClaims(http, token)
  // Compares the actor type itself, since Medusa's helper accepts any token where a client writes `*`.
  return claims?.actor_type === actorType ? toResetClaims(claims) : undefined
}

/**
 * Reads a reset token of whatever actor type, from an event. Its signature is verified here as well: whoever may run
 * Medusa's own workflow by its id names the secret that it signs with, and such a token opens nothing.
 *
 * @returns undefined unless it is a reset token of `emailpass` that this shop has signed
 */
export function readEmittedToken(http: HttpConfig, token: string): ResetTokenClaims | undefined {
  return toResetClaims(verifiedClaims(http, token) ?? {})
}

function verifiedClaims(
  http: HttpConfig,
  token: string | undefined,
): Record<string, unknown> | null {
  return getAuthContextFromJwtToken(
    token && `Bearer ${token}`,
    http.jwtSecret as string,
    ["bearer"],
    ["*"],
    http.jwtPublicKey,
    { ...(http.jwtVerifyOptions ?? http.jwtOptions), ignoreExpiration: true },
  ) as Record<string, unknown> | null
}

/**
 * Decodes a reset token without verifying it, to tell a forged token from one that is signed with another secret.
 *
 * @returns undefined if it is not a reset token of `emailpass`
 */
export function decodeResetToken(token: string): ResetTokenClaims | undefined {
  return toResetClaims(decodePayload(token) ?? {})
}

/**
 * Hashes a token's `jti` for the database, which never stores tokens. Medusa's own table has the same hash.
 *
 * @returns SHA-256 in hex
 */
export function hashJti(jti: string): string {
  return createHash("sha256").update(jti).digest("hex")
}

function toResetClaims(claims: Record<string, unknown>): ResetTokenClaims | undefined {
  const { entity_id, provider, actor_type, purpose, jti, exp } = claims
  if (
    purpose !== "reset" ||
    provider !== PROVIDER ||
    typeof entity_id !== "string" ||
    typeof actor_type !== "string" ||
    typeof jti !== "string" ||
    typeof exp !== "number"
  ) {
    return undefined
  }
  return { entity_id, actor_type, token_hash: hashJti(jti), expires_at: new Date(exp * 1000) }
}

function expiryOf(token: string): Date {
  return new Date((decodePayload(token)?.exp as number) * 1000)
}
