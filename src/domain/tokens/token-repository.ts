import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { LockedAccount } from "../database/medusa/account-locks"
import { holdsOtherThan, mayBeResetFor } from "../database/medusa/identity-actors"
import {
  CORE_TOKEN,
  deleteCoreTokens,
  deleteOlderCoreTokens,
  recordSpentCoreToken,
  spendCoreToken,
} from "../database/medusa/core-tokens"
import { LIVE, type PasswordResetStatus } from "../database/reset-columns"
import { sql } from "../database/sql"
import type { ErrorCode } from "../errors"

/** How a token stands: its own row's state, wherever it was minted. */
export type TokenState = {
  /** Of the reset; null for a token of Medusa's own that has no row yet. */
  id: string | null
  status: PasswordResetStatus
  entity_id: string
  expires_at: Date
  /** Whether the account may be reset for the token's actor type, now. */
  is_of_actor: boolean
}

/** SQL: the row that a token is of, or was of before it was sent anew. Takes `tokenValues`. */
const HAS_TOKEN = "(token_hash = ? OR earlier_token_hash = ? OR ended_token_hashes @> ARRAY[?])"

function tokenValues(token_hash: string): string[] {
  return [token_hash, token_hash, token_hash]
}

/**
 * SQL: whether a row's token works, as far as the row lives: its latest, and, until the mail with that one is out,
 * the one before it, whose mail may be out. Takes `currentValues`.
 */
const IS_CURRENT = "(token_hash = ? OR status = 'issued' AND earlier_token_hash = ?)"

function currentValues(token_hash: string): string[] {
  return [token_hash, token_hash]
}

/** How a token stands; undefined for one that stands in neither table. Changes nothing. */
export async function findTokenState(
  knex: Knex,
  { token_hash, actor_type }: SpendableToken,
): Promise<TokenState | undefined> {
  const rows = await sql<TokenState>(
    knex,
    // A token of Medusa's own lives and dies with Medusa's row, whatever became of our mail: its
    // workflow has handed it to the caller as well.
    `SELECT CASE WHEN NOT p.is_current AND p.status IN ${LIVE} THEN 'superseded'
                 WHEN p.handed_out AND p.status IN ${LIVE}
                      AND ${holdsOtherThan("p.auth_identity_id", "p.actor_type")}
                 THEN 'superseded'
                 WHEN p.origin = 'core' AND (p.status = 'failed' OR p.status IN ${LIVE})
                 THEN CASE WHEN core.id IS NULL THEN 'superseded' ELSE 'sent' END
                 ELSE coalesce(p.status, 'sent') END AS status,
            p.id, coalesce(p.entity_id, core.entity_id) AS entity_id,
            coalesce(p.expires_at, core.expires_at) AS expires_at,
            ${mayBeResetFor("coalesce(p.auth_identity_id, core.auth_identity_id)", "asked.actor_type")} AS is_of_actor
       FROM (SELECT *, ${IS_CURRENT} AS is_current FROM password_reset WHERE ${HAS_TOKEN} AND deleted_at IS NULL) p
       FULL JOIN ${CORE_TOKEN} core ON true
      CROSS JOIN (SELECT ?::text AS actor_type) asked`,
    [...currentValues(token_hash), ...tokenValues(token_hash), token_hash, actor_type],
  )
  return rows[0]
}

/** Notes that a link was looked at, the first time. It spends nothing. */
export async function recordChecked(knex: Knex, token_hash: string): Promise<void> {
  await sql(
    knex,
    `UPDATE password_reset SET checked_at = now()
      WHERE ${HAS_TOKEN} AND checked_at IS NULL AND deleted_at IS NULL`,
    tokenValues(token_hash),
  )
}

/** A token that is to be spent for an actor. */
export type SpendableToken = { token_hash: string; actor_type: string }

/** A reset whose token was spent. */
export type SpentToken = {
  id: string
  /** Whether nobody but the reader of the account's mailbox could know the token. */
  provesMailbox: boolean
}

/**
 * Spends a token of a locked account in one conditional statement, so that of any number of uses one
 * wins.
 *
 * @returns its reset, or why it can't be spent; then the transaction must be undone
 */
export async function spendToken(
  trx: Knex.Transaction,
  account: LockedAccount,
  token: SpendableToken,
): Promise<SpentToken | { error: ErrorCode }> {
  const { token_hash, actor_type } = token
  const [asked] = await sql<{ is_of_actor: boolean }>(
    trx,
    `SELECT ${mayBeResetFor("account.id", "account.actor_type")} AS is_of_actor
       FROM (SELECT ?::text AS id, ?::text AS actor_type) account`,
    [account.auth_identity_id, actor_type],
  )
  if (!asked?.is_of_actor) {
    return { error: "token_invalid" }
  }
  const [reset] = await sql<SpentToken & { origin: string }>(
    trx,
    `UPDATE password_reset SET status = 'completed', completed_at = now(), updated_at = now(), due_at = NULL
      WHERE ${HAS_TOKEN} AND ${IS_CURRENT} AND provider_identity_id = ? AND expires_at > now()
        AND deleted_at IS NULL AND (status IN ${LIVE} OR (origin = 'core' AND status = 'failed'))
        AND NOT (handed_out AND ${holdsOtherThan("auth_identity_id", "password_reset.actor_type")})
      RETURNING id, origin,
                origin = 'plugin' AND NOT handed_out
                  AND (delivering_at IS NOT NULL OR token_hash <> ?) AS "provesMailbox"`,
    [...tokenValues(token_hash), ...currentValues(token_hash), account.id, token_hash],
  )
  const error = reset ? undefined : await findEnd(trx, token_hash)
  if (error) {
    return { error }
  }
  if (reset?.origin === "plugin") {
    return reset
  }
  if (!(await spendCoreToken(trx, account, token_hash))) {
    return { error: "token_used" }
  }
  // Medusa's workflow has handed its token to the caller as well, and the dashboard shows it.
  const id = reset?.id ?? (await recordSpentCoreToken(trx, account, token))
  return { id, provesMailbox: false }
}

/** How a token has ended since it was checked; undefined where it has no row. */
async function findEnd(trx: Knex.Transaction, token_hash: string): Promise<ErrorCode | undefined> {
  const [reset] = await sql<{ status: string; expired: boolean }>(
    trx,
    `SELECT status, expires_at <= now() AS expired FROM password_reset
      WHERE ${HAS_TOKEN} AND deleted_at IS NULL`,
    tokenValues(token_hash),
  )
  if (!reset) {
    return undefined
  }
  if (reset.status === "completed") {
    return "token_used"
  }
  return reset.expired ? "token_expired" : "token_superseded"
}

/**
 * Ends every link of a locked account, Medusa's own included.
 *
 * @param except the id of the reset whose token was spent, if one was
 */
export async function endLinks(
  trx: Knex.Transaction,
  account: LockedAccount,
  except?: string,
): Promise<void> {
  await sql(
    trx,
    `UPDATE password_reset SET status = 'superseded', updated_at = now(), due_at = NULL
      WHERE auth_identity_id = ? AND status IN ${LIVE} AND id <> ? AND deleted_at IS NULL`,
    [account.auth_identity_id, except ?? ""],
  )
  await deleteCoreTokens(trx, account.id)
}

/**
 * Ends links whose mail may be out, where that is true of a newer one as well: of these, one lives.
 *
 * @param ids of resets of which it is unknown whether their mail is out
 */
export async function supersedeOlderUnknown(knex: Knex, ids: readonly string[]): Promise<void> {
  await sql(
    knex,
    `UPDATE password_reset older SET status = 'superseded', due_at = NULL, updated_at = now()
       FROM password_reset newer
      WHERE newer.id = ANY(?) AND newer.token_hash IS NOT NULL
        AND older.auth_identity_id = newer.auth_identity_id
        AND older.status = 'unknown' AND older.deleted_at IS NULL
        AND (older.issued_at, older.id) < (newer.issued_at, newer.id)`,
    [[...ids]],
  )
}

/**
 * Ends every link of the accounts of these resets that is older than a mailed one, Medusa's own
 * included: at most one lives. Also where the mail of an older one took longer than its own.
 *
 * @param ids of resets whose link is on its way to its reader
 */
export async function supersedeOlder(knex: Knex, ids: readonly string[]): Promise<void> {
  await sql(
    knex,
    `UPDATE password_reset older SET status = 'superseded', due_at = NULL, updated_at = now()
       FROM password_reset newer
      WHERE newer.status IN ${LIVE} AND newer.deleted_at IS NULL
        AND (newer.status = 'sent' OR newer.id = ANY(?)) AND newer.token_hash IS NOT NULL
        AND older.auth_identity_id = newer.auth_identity_id
        AND older.status IN ${LIVE} AND older.deleted_at IS NULL
        AND (older.issued_at, older.id) < (newer.issued_at, newer.id)
        AND newer.auth_identity_id IN (SELECT auth_identity_id FROM password_reset WHERE id = ANY(?))`,
    [[...ids], [...ids]],
  )
  await deleteOlderCoreTokens(knex, ids)
}
