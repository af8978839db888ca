import { createHash, createSecretKey, type KeyObject, randomBytes } from "node:crypto"
// Medusa exports its verification of JWTs, with its safe defaults, from its HTTP package only.
// eslint-disable-next-line no-restricted-imports
import { getAuthContextFromJwtToken } from "@medusajs/framework/http"
import type { ProjectConfigOptions } from "@medusajs/framework/types"
import { generateJwtToken } from "@medusajs/framework/utils"
import { PROVIDER } from "../database/medusa/provider"
import { decodePayload } from "./jwt"

/** Also the `provider` claim of reset tokens. */
export { PROVIDER }

type HttpConfig = ProjectConfigOptions["http"]

/** What a reset token says. `expires_at` comes from `exp`, which is in seconds since 1970. */
export type ResetTokenClaims = {
  entity_id: string
  actor_type: string
  token_hash: string
  expires_at: Date
}

/**
 * Signs a new reset token: the same kind of JWT as Medusa's own, since its admin decodes it, but
 * with 256 random bits as `jti` (ASVS 5.0 11.5.1 asks for 128). It is no session: it carries
 * neither `actor_id` nor `auth_identity_id`.
 *
 * @param ttl seconds
 * @returns the token, for the mail only, and what the database keeps of it
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

let signer: { secret: unknown; key: KeyObject } | undefined

/**
 * A secret that is plain text, as a key: given the text, the library tries each time whether it is a
 * private key first, which costs more than signing.
 */
function signingKey(secret: HttpConfig["jwtSecret"]): HttpConfig["jwtSecret"] {
  if (typeof secret !== "string" || !secret || secret.includes("-----BEGIN ")) {
    return secret
  }
  if (signer?.secret !== secret) {
    signer = { secret, key: createSecretKey(secret, "utf8") }
  }
  return signer.key
}

/**
 * Reads a reset token, with the signature verified and the expiry not: whoever asks must compare
 * `expires_at`, and so can tell an old link from a forged one.
 *
 * @returns undefined for whatever is no reset token of this actor type and of `emailpass`
 */
export function readResetToken(
  http: HttpConfig,
  token: string | undefined,
  actorType: string,
): ResetTokenClaims | undefined {
  const claims = getAuthContextFromJwtToken(
    token && `Bearer ${token}`,
    http.jwtSecret as string,
    ["bearer"],
    [actorType],
    http.jwtPublicKey,
    { ...(http.jwtVerifyOptions ?? http.jwtOptions), ignoreExpiration: true },
  ) as Record<string, unknown> | null
  // The helper takes an actor type of `*` for any, and the path's is whatever the client wrote.
  return claims?.actor_type === actorType ? toResetClaims(claims) : undefined
}

/** The claims of a token that comes from our own event bus: decoded, not verified. */
export function decodeResetToken(token: string): ResetTokenClaims | undefined {
  return toResetClaims(decodePayload(token) ?? {})
}

/** What the database keeps of a token. Medusa's own table hashes its `jti` the same way. */
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
