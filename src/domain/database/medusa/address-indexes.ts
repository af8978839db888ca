import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { sql } from "../sql"
import { PROVIDER } from "./provider"

/**
 * An index on Medusa's `provider_identity`; without it, a look-up reads the whole table.
 *
 * `address` is the indexed expression. Collation "C" lowers ASCII letters only, whatever the database's
 * language: a Turkish one lowers "I" to a dotless "ı".
 */
type AddressIndex = { name: string; address: string; providers: string }

export const EMAILPASS_ADDRESS_INDEX: AddressIndex = {
  name: "IDX_password_reset_emailpass_address",
  address: `lower(entity_id COLLATE "C")`,
  providers: `provider = '${PROVIDER}'`,
}

/** Providers such as Google store the address that they have verified in `user_metadata`. */
export const OTHER_SIGN_IN_INDEX: AddressIndex = {
  name: "IDX_password_reset_other_sign_in",
  address: `lower((user_metadata ->> 'email') COLLATE "C")`,
  providers: `provider <> '${PROVIDER}'`,
}

/**
 * SQL, to follow FROM: the provider identities `pi` whose indexed address is one of the `spelling`s.
 * It takes one value, the array of spellings.
 *
 * `OFFSET 0` makes Postgres look into the index once for each spelling. Without it, Postgres expects half a
 * percent of all accounts for each, and reads the whole table for a batch.
 */
export function identitiesBySpelling({ address, providers }: AddressIndex): string {
  return `unnest(?::text[]) AS spelling
      CROSS JOIN LATERAL (SELECT id, provider, entity_id, auth_identity_id, user_metadata, provider_metadata
                            FROM provider_identity
                           WHERE ${providers} AND deleted_at IS NULL
                             AND ${address} = spelling OFFSET 0) pi`
}

/** The statements that build an index. They drop first what an interrupted build has left. */
export function statementsFor({ name, address, providers }: AddressIndex): string[] {
  return [
    `DROP INDEX CONCURRENTLY IF EXISTS "${name}"`,
    `CREATE INDEX CONCURRENTLY "${name}" ON provider_identity (${address}) WHERE ${providers}`,
  ]
}

export async function hasIndex(knex: Knex, { name }: AddressIndex): Promise<boolean> {
  const rows = await sql<unknown>(
    knex,
    `SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE c.relname = ? AND i.indisvalid AND pg_table_is_visible(c.oid)`,
    [name],
  )
  return rows.length > 0
}

/** Builds the index unless it is there; concurrently, so that the shop goes on selling. */
export async function createIndex(knex: Knex, index: AddressIndex): Promise<void> {
  if (await hasIndex(knex, index)) {
    return
  }
  for (const statement of statementsFor(index)) {
    await sql(knex, statement)
  }
}
