import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { newResetId } from "../ids"
import { sql } from "../sql"
import type { LockedAccount } from "./account-locks"
import { mayBeResetFor } from "./identity-actors"
import { PROVIDER } from "./provider"

/**
 * Tokens that Medusa's own workflow mints stand in `auth_password_reset_token`, and die there. Their
 * rows in `password_reset` have `origin = 'core'`.
 */

/** SQL: the row of Medusa's own for a token's hash, which is its one value. */
export const CORE_TOKEN = `(SELECT id, auth_identity_id, entity_id, expires_at FROM auth_password_reset_token
                             WHERE token_hash = ? AND deleted_at IS NULL)`

/** A token of Medusa's own that was emitted, with what its request carried along. */
type EmittedCoreToken = {
  token_hash: string
  actor_type: string
  metadata: Record<string, unknown>
  locale: string
}

/**
 * Gives tokens of Medusa's own a row in `password_reset`, unless they have one. Tokens that stand in
 * neither table are left out, and those for an actor that the account does not have: no mail goes out.
 *
 * @param lease seconds until another worker may take the mail up
 */
export async function adoptCoreTokens(
  knex: Knex,
  emitted: readonly EmittedCoreToken[],
  lease: number,
): Promise<void> {
  const tokens = emitted.map((token) => ({ ...token, id: newResetId() }))
  await sql(
    knex,
    `INSERT INTO password_reset (id, status, origin, mail, actor_type, actor_id, identifier,
            entity_id, provider_identity_id, auth_identity_id, token_hash, expires_at, issued_at,
            attempts, issued_attempt, claimed_at, due_at, metadata, locale)
     SELECT t.id, 'issued', 'core', 'reset', t.actor_type,
            ai.app_metadata ->> (t.actor_type || '_id'), core.entity_id,
            core.entity_id, core.provider_identity_id, core.auth_identity_id, t.token_hash,
            core.expires_at, now(), 1, 1, now(), now() + make_interval(secs => ?), t.metadata, t.locale
       FROM jsonb_to_recordset(?::jsonb)
            AS t(id text, token_hash text, actor_type text, metadata jsonb, locale text)
       JOIN auth_password_reset_token core ON core.token_hash = t.token_hash AND core.deleted_at IS NULL
       JOIN provider_identity pi ON pi.id = core.provider_identity_id AND pi.provider = '${PROVIDER}'
       JOIN auth_identity ai ON ai.id = core.auth_identity_id
      WHERE ${mayBeResetFor("core.auth_identity_id", "t.actor_type")}
     ON CONFLICT DO NOTHING`,
    [lease, JSON.stringify(tokens)],
  )
}

/**
 * Writes down a reset that began and ended with a token of Medusa's own. The row's unique `token_hash`
 * keeps the token from being spent again.
 *
 * @returns the row's id
 */
export async function recordSpentCoreToken(
  trx: Knex.Transaction,
  account: LockedAccount,
  { token_hash, actor_type }: { token_hash: string; actor_type: string },
): Promise<string> {
  const id = newResetId()
  await sql(
    trx,
    `INSERT INTO password_reset (id, status, origin, mail, actor_type, actor_id, identifier, entity_id,
            provider_identity_id, auth_identity_id, token_hash, expires_at, completed_at)
     VALUES (?, 'completed', 'core', 'reset', ?,
             (SELECT app_metadata ->> (?::text || '_id') FROM auth_identity WHERE id = ?),
             ?, ?, ?, ?, ?, now(), now())`,
    [
      id,
      actor_type,
      actor_type,
      account.auth_identity_id,
      account.entity_id,
      account.entity_id,
      account.id,
      account.auth_identity_id,
      token_hash,
    ],
  )
  return id
}

/**
 * Spends a token in Medusa's own table.
 *
 * @returns whether it was still there
 */
export async function spendCoreToken(
  trx: Knex.Transaction,
  { id }: LockedAccount,
  token_hash: string,
): Promise<boolean> {
  const rows = await sql<unknown>(
    trx,
    `DELETE FROM auth_password_reset_token
      WHERE token_hash = ? AND provider_identity_id = ? AND expires_at > now() AND deleted_at IS NULL
      RETURNING id`,
    [token_hash, id],
  )
  return rows.length > 0
}

/** Deletes all tokens of Medusa's own for an account. */
export async function deleteCoreTokens(
  trx: Knex.Transaction,
  provider_identity_id: string | null,
): Promise<void> {
  await sql(trx, `DELETE FROM auth_password_reset_token WHERE provider_identity_id = ?`, [
    provider_identity_id,
  ])
}

/** Deletes the tokens of Medusa's own that are older than these resets of the same accounts. */
export async function deleteOlderCoreTokens(knex: Knex, reset_ids: readonly string[]) {
  await sql(
    knex,
    `DELETE FROM auth_password_reset_token core USING password_reset newer
      WHERE newer.id = ANY(?) AND newer.token_hash IS NOT NULL
        AND core.provider_identity_id = newer.provider_identity_id
        AND core.token_hash <> newer.token_hash AND core.created_at < newer.issued_at`,
    [[...reset_ids]],
  )
}
