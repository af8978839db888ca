import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { generateEntityId } from "@medusajs/framework/utils"
import type { ErrorCode } from "../errors"
import { PROVIDER } from "../tokens/reset-token"
import { againOnDeadlock } from "../database/deadlock"
import { acceptNotice, type Notice } from "./notice-repository"
import { cutSessions } from "../sessions/session-cutoffs"
import { sql } from "../database/sql"
import { holdsUser } from "../resets/supersede"

export type PasswordWrite = {
  /** The stored address of the account. */
  entity_id: string
  /** The new password, hashed: hashing takes long and must not hold the transaction open. */
  password_hash: string
  /** The reset token to spend for it; without one, the caller answers for the change. */
  spend?: { token_hash: string; actor_type: string }
  /** The hash that the old password was verified against; another one by now refuses the change. */
  replaces?: string
  /** Whether every session of the account ends. */
  endSessions: boolean
  /** What its owner is to hear of it, if anything. */
  notice?: Notice
}

export type Written = {
  auth_identity_id: string
  /** Of the new password, where sessions have ended: see `SessionCutoffs`. */
  generation?: number
}

type Account = { id: string; auth_identity_id: string; entity_id: string; password: string | null }

/** Thrown inside the transaction to undo it; never leaves this file. */
class Refused extends Error {
  constructor(readonly error: ErrorCode) {
    super(error)
  }
}

/**
 * The only place where a password is written. One transaction spends the token, writes the hash,
 * ends every other link of the account, Medusa's own included, and its sessions, and writes down that
 * its owner is to hear of it. So of any number of uses of one token exactly one wins, on any number of instances; a crash before the commit leaves the link
 * as it was, a crash after it can't bring it back, and nobody can hold a spent token and write
 * later. It reaches into the auth module's tables for that: two modules share no transaction.
 *
 * @returns what was written, or why not; then nothing has changed
 */
export async function writePassword(
  knex: Knex,
  write: PasswordWrite,
): Promise<Written | { error: ErrorCode }> {
  return againOnDeadlock(() => tryWrite(knex, write))
}

async function tryWrite(
  knex: Knex,
  { entity_id, password_hash, spend, replaces, endSessions, notice }: PasswordWrite,
): Promise<Written | { error: ErrorCode }> {
  try {
    return await knex.transaction(async (trx) => {
      const account = await lockAccount(trx, entity_id)
      if (replaces !== undefined && account.password !== replaces) {
        throw new Refused("old_password_wrong")
      }
      const spent = spend && (await spendToken(trx, account, spend))
      await writeHash(trx, account, password_hash)
      await endOtherLinks(trx, account, spent)
      if (notice) {
        await acceptNotice(trx, account, notice)
      }
      const { auth_identity_id } = account
      return {
        auth_identity_id,
        generation: endSessions ? await cutSessions(trx, auth_identity_id) : undefined,
      }
    })
  } catch (error) {
    if (error instanceof Refused) {
      return { error: error.error }
    }
    throw error
  }
}

/**
 * Everybody who changes links of one account locks it first, so that no two wait for each other.
 * The weaker of the two locks: Medusa's own minting refers to the row while it holds its tokens.
 */
async function lockAccount(trx: Knex.Transaction, entity_id: string): Promise<Account> {
  const rows = await sql<Account>(
    trx,
    `SELECT id, auth_identity_id, entity_id, provider_metadata ->> 'password' AS password
       FROM provider_identity
      WHERE provider = '${PROVIDER}' AND entity_id = ? AND deleted_at IS NULL FOR NO KEY UPDATE`,
    [entity_id],
  )
  if (!rows[0]) {
    throw new Refused("token_invalid")
  }
  return rows[0]
}

/** Spends the token in one conditional statement, and says which row it was. */
async function spendToken(
  trx: Knex.Transaction,
  account: Account,
  { token_hash, actor_type }: NonNullable<PasswordWrite["spend"]>,
): Promise<string> {
  const rows = await sql<{ id: string; origin: string }>(
    trx,
    `UPDATE password_reset SET status = 'completed', completed_at = now(), updated_at = now(), due_at = NULL
      WHERE token_hash = ? AND provider_identity_id = ? AND expires_at > now() AND deleted_at IS NULL
        AND (status IN ('issued', 'sent') OR (origin = 'core' AND status = 'failed'))
        AND NOT (handed_out AND ${holdsUser("auth_identity_id")})
      RETURNING id, origin`,
    [token_hash, account.id],
  )
  const [ours] = rows
  if (!ours) {
    await refuseEnded(trx, token_hash)
  }
  if (ours?.origin !== "plugin") {
    await spendCoreToken(trx, account, token_hash)
  }
  return ours?.id ?? (await recordCoreReset(trx, account, { token_hash, actor_type }))
}

/** A token that has a row, but can't be spent any more, has ended since it was checked. */
async function refuseEnded(trx: Knex.Transaction, token_hash: string) {
  const [ended] = await sql<{ status: string; expired: boolean }>(
    trx,
    `SELECT status, expires_at <= now() AS expired FROM password_reset
      WHERE token_hash = ? AND deleted_at IS NULL`,
    [token_hash],
  )
  if (ended?.status === "completed") {
    throw new Refused("token_used")
  }
  if (ended) {
    throw new Refused(ended.expired ? "token_expired" : "token_superseded")
  }
}

/** A token that Medusa's own workflow minted lives in the auth module's table, and dies there. */
async function spendCoreToken(trx: Knex.Transaction, account: Account, token_hash: string) {
  const rows = await sql<unknown>(
    trx,
    `DELETE FROM auth_password_reset_token
      WHERE token_hash = ? AND provider_identity_id = ? AND expires_at > now() AND deleted_at IS NULL
      RETURNING id`,
    [token_hash, account.id],
  )
  if (!rows.length) {
    throw new Refused("token_used")
  }
}

/** A reset that began and ended with Medusa's own token has a row, too: its `token_hash` is unique. */
async function recordCoreReset(
  trx: Knex.Transaction,
  account: Account,
  { token_hash, actor_type }: NonNullable<PasswordWrite["spend"]>,
): Promise<string> {
  const id = generateEntityId(undefined, "pwres")
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

async function writeHash(trx: Knex.Transaction, account: Account, password_hash: string) {
  await sql(
    trx,
    `UPDATE provider_identity
        SET provider_metadata = coalesce(provider_metadata, '{}'::jsonb) || jsonb_build_object('password', ?::text),
            updated_at = now()
      WHERE id = ?`,
    [password_hash, account.id],
  )
}

async function endOtherLinks(trx: Knex.Transaction, account: Account, spent?: string) {
  await sql(
    trx,
    `UPDATE password_reset SET status = 'superseded', updated_at = now(), due_at = NULL
      WHERE auth_identity_id = ? AND status IN ('issued', 'sent') AND id <> ? AND deleted_at IS NULL`,
    [account.auth_identity_id, spent ?? ""],
  )
  await sql(trx, `DELETE FROM auth_password_reset_token WHERE provider_identity_id = ?`, [
    account.id,
  ])
}
