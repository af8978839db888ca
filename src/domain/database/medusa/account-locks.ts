import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { sql } from "../sql"
import { PROVIDER } from "./provider"

/**
 * Whoever changes links or passwords of accounts locks the accounts first, in the order of their ids.
 * So no two transactions wait for each other.
 *
 * It is the weaker of the two row locks. Medusa's own minting holds a foreign key to the row while it
 * writes its token, and must not wait for us.
 */
const LOCK = "ORDER BY id FOR NO KEY UPDATE"

/** Locks accounts until the transaction ends. */
export async function lockAccounts(
  trx: Knex.Transaction,
  provider_identity_ids: readonly string[],
): Promise<void> {
  await sql(trx, `SELECT id FROM provider_identity WHERE id = ANY(?) ${LOCK}`, [
    [...provider_identity_ids],
  ])
}

/** An account that is locked: its password is what it is until the transaction ends. */
export type LockedAccount = {
  /** Of its provider identity. */
  id: string
  auth_identity_id: string
  entity_id: string
  /** The hash. */
  password: string | null
}

/**
 * Locks the account that is stored under an address.
 *
 * @returns undefined where there is none
 */
export async function lockAccountOf(
  trx: Knex.Transaction,
  entity_id: string,
): Promise<LockedAccount | undefined> {
  const [account] = await sql<LockedAccount>(
    trx,
    `SELECT id, auth_identity_id, entity_id, provider_metadata ->> 'password' AS password
       FROM provider_identity
      WHERE provider = '${PROVIDER}' AND entity_id = ? AND deleted_at IS NULL ${LOCK}`,
    [entity_id],
  )
  return account
}
