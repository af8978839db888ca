import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { againOnDeadlock } from "../database/deadlock"
import { lockAccountOf } from "../database/medusa/account-locks"
import { cutSessions } from "../database/medusa/generations"
import { insertNotice, writeHash } from "../database/medusa/passwords"
import { verifyAddress } from "../database/medusa/verifications"
import type { ErrorCode } from "../errors"
import { endLinks, type SpendableToken, spendToken } from "../tokens/token-repository"
import type { Notice } from "./notice-repository"

type PasswordWrite = {
  /** The stored address of the account. */
  entity_id: string
  /** The new password, hashed. Hashing takes long and must not hold the transaction open. */
  password_hash: string
  /** The reset token to spend for it. Without one, the caller has checked the right to change it. */
  spend?: SpendableToken
  /** The hash that the old password was verified against. If it has changed since, nothing is written. */
  replaces?: string
  /** Whether every session of the account ends. */
  endSessions: boolean
  /** What the store calls addresses that are to be verified. A link that we mailed there verifies them. */
  verifies: readonly string[]
  /** What the account's owner is to be told, if anything. */
  notice?: Notice
}

export type Written = {
  auth_identity_id: string
  /** Of the new password, where sessions have ended: see `SessionCutoffs`. */
  generation?: number
}

/** Thrown inside the transaction to undo it; never leaves this file. */
class Refused extends Error {
  constructor(readonly error: ErrorCode) {
    super(error)
  }
}

/**
 * The only place where a password is changed. One transaction spends the token, writes the hash, ends
 * the account's other links, Medusa's own included, ends its sessions, and writes down that its owner is to
 * be told. A link that was mailed verifies the address as well.
 *
 * So of any number of uses of one token exactly one wins, on any number of instances. A crash before
 * the commit leaves the link as it was; a crash after it can't bring the link back. The transaction
 * reaches into the auth module's tables, because two modules share no transaction.
 *
 * @returns what was written, or why not; then nothing has changed
 */
export async function writePassword(
  knex: Knex,
  write: PasswordWrite,
): Promise<Written | { error: ErrorCode }> {
  try {
    return await againOnDeadlock(() => knex.transaction((trx) => writeIn(trx, write)))
  } catch (error) {
    if (error instanceof Refused) {
      return { error: error.error }
    }
    throw error
  }
}

async function writeIn(
  trx: Knex.Transaction,
  { entity_id, password_hash, spend, replaces, endSessions, verifies, notice }: PasswordWrite,
): Promise<Written> {
  const account = await lockAccountOf(trx, entity_id)
  if (!account) {
    throw new Refused("token_invalid")
  }
  if (replaces !== undefined && account.password !== replaces) {
    throw new Refused("old_password_wrong")
  }
  const spent = spend && (await spendToken(trx, account, spend))
  if (spent && "error" in spent) {
    throw new Refused(spent.error)
  }
  await writeHash(trx, account.id, password_hash)
  await endLinks(trx, account, spent?.id)
  if (spent?.provesMailbox && verifies.length) {
    await verifyAddress(trx, account, verifies)
  }
  const { auth_identity_id } = account
  if (notice) {
    await insertNotice(trx, { ...notice, auth_identity_id, entity_id: account.entity_id })
  }
  const generation = endSessions ? await cutSessions(trx, auth_identity_id) : undefined
  return { auth_identity_id, generation }
}
