import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { storedSpellings } from "../accounts/address"
import { againOnDeadlock } from "../database/deadlock"
import { newResetId } from "../database/ids"
import { lockAccounts } from "../database/medusa/account-locks"
import { EMAILPASS_ADDRESS_INDEX, identitiesBySpelling } from "../database/medusa/address-indexes"
import { sql } from "../database/sql"
import { supersedeOlder } from "../tokens/token-repository"
import { REQUEST_COLUMNS, requestValues, type ResetRequest } from "./accept-reset"
import { EVENT_TIMEOUT_SECONDS } from "./delivery-repository"

/** A token that is handed to whoever asked for it. */
export type HandedOut = {
  request: ResetRequest
  account: {
    actor_id: string | null
    entity_id: string
    provider_identity_id: string
    auth_identity_id: string
  }
  token: { token_hash: string; expires_at: Date }
  /** Whether it is mailed besides, by us or by whoever listens to the event. */
  isMailed: boolean
}

/**
 * Writes down a token that is handed out at once; it ends every other link of the account. If it is mailed
 * besides, its mail is work from here on, so an event that gets lost loses no mail.
 */
export async function handOutToken(knex: Knex, handedOut: HandedOut): Promise<{ id: string }> {
  const { account } = handedOut
  const id = newResetId()
  const handOut = async (trx: Knex.Transaction) => {
    await lockAccounts(trx, [account.provider_identity_id])
    await supersedeWaiting(trx, account)
    await insert(trx, id, handedOut)
    await supersedeOlder(trx, [id])
  }
  await againOnDeadlock(() => knex.transaction(handOut))
  return { id }
}

async function insert(
  trx: Knex.Transaction,
  id: string,
  { request, account, token, isMailed }: HandedOut,
): Promise<void> {
  await sql(
    trx,
    // The clock, since a transaction that has waited for the lock began before its time.
    `INSERT INTO password_reset (id, status, handed_out, mail, actor_type, actor_id, identifier,
            entity_id, provider_identity_id, auth_identity_id, token_hash, expires_at,
            ${REQUEST_COLUMNS}, attempts, issued_attempt, issued_at, due_at)
     VALUES (?, 'issued', true, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?, ?, 1, 1,
             clock_timestamp(), CASE WHEN ? THEN now() + make_interval(secs => ?) END)`,
    [
      id,
      isMailed ? "reset" : null,
      request.actor_type,
      account.actor_id,
      request.identifier,
      account.entity_id,
      account.provider_identity_id,
      account.auth_identity_id,
      token.token_hash,
      token.expires_at,
      ...requestValues(request),
      isMailed,
      EVENT_TIMEOUT_SECONDS,
    ],
  )
}

/**
 * Ends the requests for an account that nobody has taken up yet, since a newer one has been answered.
 * Where accounts differ by nothing but case, a request counts as this account's only in its very spelling.
 */
async function supersedeWaiting(
  trx: Knex.Transaction,
  { entity_id, provider_identity_id, auth_identity_id, actor_id }: HandedOut["account"],
): Promise<void> {
  const spellings = storedSpellings(entity_id)
  await sql(
    trx,
    `UPDATE password_reset
        SET status = 'superseded', due_at = NULL, actor_id = ?, auth_identity_id = ?, updated_at = now()
      WHERE status = 'accepted' AND due_at IS NOT NULL AND deleted_at IS NULL
        AND lower(btrim(identifier) COLLATE "C") = ANY(?)
        AND (btrim(identifier) = ?
             OR NOT EXISTS (SELECT 1 FROM ${identitiesBySpelling(EMAILPASS_ADDRESS_INDEX)}
                             WHERE pi.id <> ?))`,
    [actor_id, auth_identity_id, spellings, entity_id, spellings, provider_identity_id],
  )
}
