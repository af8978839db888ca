import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { PROVIDER } from "../tokens/reset-token"
import { sql } from "./sql"

/**
 * Addresses, as they are looked up. Collation "C" lowers ASCII letters only, whatever the database's
 * language (a Turkish one lowers "I" to a dotless "ı").
 */
export const EMAILPASS_ADDRESS = `lower(entity_id COLLATE "C")`
export const OTHER_SIGN_IN_ADDRESS = `lower((user_metadata ->> 'email') COLLATE "C")`

/** An index on Medusa's `provider_identity`; without it, a look-up reads the whole table. */
export type AddressIndex = { name: string; create: string }

export const EMAILPASS_ADDRESS_INDEX: AddressIndex = {
  name: "IDX_password_reset_emailpass_address",
  create:
    `CREATE INDEX CONCURRENTLY "IDX_password_reset_emailpass_address" ` +
    `ON provider_identity (${EMAILPASS_ADDRESS}) WHERE provider = '${PROVIDER}'`,
}

export const OTHER_SIGN_IN_INDEX: AddressIndex = {
  name: "IDX_password_reset_other_sign_in",
  create:
    `CREATE INDEX CONCURRENTLY "IDX_password_reset_other_sign_in" ` +
    `ON provider_identity (${OTHER_SIGN_IN_ADDRESS}) WHERE provider <> '${PROVIDER}'`,
}

/** What builds an index. What an interrupted build leaves is of no use and in the way of the next. */
export function statementsFor({ name, create }: AddressIndex): string[] {
  return [`DROP INDEX CONCURRENTLY IF EXISTS "${name}"`, create]
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

/** Builds the index, unless it is there; concurrently, so that the shop goes on selling. */
export async function createIndex(knex: Knex, index: AddressIndex): Promise<void> {
  if (await hasIndex(knex, index)) {
    return
  }
  for (const statement of statementsFor(index)) {
    await sql(knex, statement)
  }
}
