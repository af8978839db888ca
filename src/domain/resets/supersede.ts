import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { storedSpellings } from "../accounts/address"
import { PROVIDER } from "../tokens/reset-token"
import { EMAILPASS_ADDRESS } from "../database/address-indexes"
import { sql } from "../database/sql"
import type { HandedOut } from "../../modules/password-reset/types"

/** Everybody who changes links of accounts locks them first, in one order, so that no two wait for each other. */
export async function lockAccounts(
  trx: Knex.Transaction,
  provider_identity_ids: string[],
): Promise<void> {
  await sql(
    trx,
    `SELECT id FROM provider_identity WHERE id = ANY(?) ORDER BY id FOR NO KEY UPDATE`,
    [provider_identity_ids],
  )
}

/**
 * Ends every other link of the accounts of these resets that is older than a mailed one, Medusa's own
 * included: at most one lives. Also where the mail of an older one took longer than its own.
 *
 * @param ids of resets whose link is on its way to its reader
 */
export async function supersedeOlder(knex: Knex, ids: string[]): Promise<void> {
  await sql(
    knex,
    `UPDATE password_reset older SET status = 'superseded', due_at = NULL, updated_at = now()
       FROM password_reset newer
      WHERE newer.status IN ('issued', 'sent') AND newer.deleted_at IS NULL
        AND (newer.status = 'sent' OR newer.id = ANY(?)) AND newer.token_hash IS NOT NULL
        AND older.auth_identity_id = newer.auth_identity_id
        AND older.status IN ('issued', 'sent') AND older.deleted_at IS NULL
        AND (older.issued_at, older.id) < (newer.issued_at, newer.id)
        AND newer.auth_identity_id IN (SELECT auth_identity_id FROM password_reset WHERE id = ANY(?))`,
    [ids, ids],
  )
  await sql(
    knex,
    `DELETE FROM auth_password_reset_token core USING password_reset newer
      WHERE newer.id = ANY(?) AND newer.token_hash IS NOT NULL
        AND core.provider_identity_id = newer.provider_identity_id
        AND core.token_hash <> newer.token_hash AND core.created_at < newer.issued_at`,
    [ids],
  )
}

/**
 * Ends the requests for an account that nobody has taken up yet: a newer one has been answered. Where
 * accounts differ by nothing but case, only those in its very spelling are its own.
 */
export async function supersedeWaiting(
  knex: Knex,
  { entity_id, provider_identity_id, auth_identity_id, actor_id }: HandedOut["account"],
): Promise<void> {
  const spellings = storedSpellings(entity_id)
  await sql(
    knex,
    `UPDATE password_reset
        SET status = 'superseded', due_at = NULL, actor_id = ?, auth_identity_id = ?, updated_at = now()
      WHERE status = 'accepted' AND due_at IS NOT NULL AND deleted_at IS NULL
        AND lower(btrim(identifier) COLLATE "C") = ANY(?)
        AND (btrim(identifier) = ?
             OR NOT EXISTS (SELECT 1 FROM unnest(?::text[]) AS spelling
                             CROSS JOIN LATERAL (SELECT id FROM provider_identity
                                                  WHERE provider = '${PROVIDER}' AND deleted_at IS NULL
                                                    AND ${EMAILPASS_ADDRESS} = spelling OFFSET 0) twin
                             WHERE twin.id <> ?))`,
    [actor_id, auth_identity_id, spellings, entity_id, spellings, provider_identity_id],
  )
}

/**
 * SQL: whether an identity is a user's. A token that was handed to somebody else is none of the keys to
 * it, also where the account became a user's later (OWASP ASVS 5.0, 6.4.6).
 *
 * @param auth_identity_id a column
 */
export function holdsUser(auth_identity_id: string): string {
  return `EXISTS (SELECT 1 FROM auth_identity ai
                   WHERE ai.id = ${auth_identity_id} AND ai.app_metadata ->> 'user_id' <> '')`
}
