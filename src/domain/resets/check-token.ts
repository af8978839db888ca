import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { ProjectConfigOptions } from "@medusajs/framework/types"
import { foldAddress } from "../accounts/address"
import { isLive } from "../database/reset-columns"
import { errorOf } from "../errors"
import { decodeResetToken, readResetToken, type ResetTokenClaims } from "../tokens/reset-token"
import { findTokenState } from "../tokens/token-repository"

/** What a caller says of its token besides. */
export type TokenExpectation = {
  /** The address that the token is for. */
  email?: string
  /** The reset that the token is of. */
  id?: string
}

/**
 * Checks whether a token may set a password now. Changes nothing.
 *
 * @param onOtherSecret is told of a token of this shop that has another signature
 * @throws MedusaError `unauthorized`, with `token_invalid`, `token_used`, `token_superseded` or
 * `token_expired` as its code
 */
export async function checkToken(
  knex: Knex,
  http: ProjectConfigOptions["http"],
  token: string | undefined,
  actor_type: string,
  { email, id }: TokenExpectation = {},
  onOtherSecret: () => void = () => undefined,
): Promise<ResetTokenClaims> {
  const claims = readResetToken(http, token, actor_type)
  if (!claims && token && (await isSignedElsewhere(knex, token, actor_type))) {
    onOtherSecret()
  }
  if (!claims || (email !== undefined && foldAddress(email) !== foldAddress(claims.entity_id))) {
    throw errorOf("token_invalid")
  }
  const state = await findTokenState(knex, claims)
  if (state && (state.entity_id !== claims.entity_id || (id !== undefined && state.id !== id))) {
    throw errorOf("token_invalid")
  }
  if (state?.status === "completed") {
    throw errorOf("token_used")
  }
  if (claims.expires_at <= new Date() || (state && state.expires_at <= new Date())) {
    throw errorOf("token_expired")
  }
  if (!state?.is_of_actor) {
    throw errorOf("token_invalid")
  }
  if (!isLive(state.status)) {
    throw errorOf("token_superseded")
  }
  return claims
}

/** Whether a token that can't be verified stands in our table: an instance with another secret has mailed it. */
async function isSignedElsewhere(knex: Knex, token: string, actor_type: string): Promise<boolean> {
  const claims = decodeResetToken(token)
  const state = claims?.actor_type === actor_type && (await findTokenState(knex, claims))
  return Boolean(state && isLive(state.status) && state.expires_at > new Date())
}
