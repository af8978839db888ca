import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { storedSpellings } from "./address"
import { PROVIDER } from "../tokens/reset-token"
import { PASSWORD_GENERATION } from "../sessions/session"
import { EMAILPASS_ADDRESS } from "../database/address-indexes"
import { sql } from "../database/sql"

/** An account that signs in with email and password. */
export type EmailpassAccount = {
  provider_identity_id: string
  auth_identity_id: string
  /** The address as stored: where mail goes, and what Medusa's auth module knows it by. */
  entity_id: string
  /** `customer_id`, `user_id` and the like, by actor type. */
  app_metadata: Record<string, unknown> | null
  /** Of the account's password, as `SessionCutoffs` know it; null if none was ever cut off. */
  generation: number | null
  password_hash: string | null
}

/** Every stored account that one of the addresses may mean; `pickAccount` decides which. */
export async function findEmailpassAccounts(
  knex: Knex,
  addresses: readonly string[],
): Promise<EmailpassAccount[]> {
  const spellings = [...new Set(addresses.flatMap(storedSpellings))]
  return sql<EmailpassAccount>(
    knex,
    // One look into the index for each, as OFFSET 0 makes Postgres do: it expects each spelling to have
    // half a percent of all accounts, and would read the whole table for a batch.
    `SELECT pi.id AS provider_identity_id, pi.auth_identity_id, pi.entity_id, ai.app_metadata,
            c.generation, pi.provider_metadata ->> 'password' AS password_hash
       FROM unnest(?::text[]) AS spelling
      CROSS JOIN LATERAL (SELECT * FROM provider_identity
                           WHERE provider = '${PROVIDER}' AND deleted_at IS NULL
                             AND ${EMAILPASS_ADDRESS} = spelling OFFSET 0) pi
      CROSS JOIN LATERAL (SELECT app_metadata FROM auth_identity
                           WHERE id = pi.auth_identity_id AND deleted_at IS NULL OFFSET 0) ai
       LEFT JOIN LATERAL (SELECT generation FROM password_reset_cutoff
                           WHERE auth_identity_id = pi.auth_identity_id OFFSET 0) c ON true`,
    [spellings],
  )
}

/** The stored address that an identity signs in with by password, if it does. */
export async function findEmailpassAddress(
  knex: Knex,
  auth_identity_id: string,
): Promise<string | undefined> {
  const [account] = await sql<{ entity_id: string }>(
    knex,
    `SELECT entity_id FROM provider_identity
        WHERE auth_identity_id = ? AND provider = '${PROVIDER}' AND deleted_at IS NULL
        ORDER BY created_at, id`,
    [auth_identity_id],
  )
  return account?.entity_id
}

/** The tables of those whom Medusa gives a first and a last name, by actor type. */
const PEOPLE: Record<string, string> = { customer: "customer", user: '"user"' }

/** The names of the customer or user behind an account, as far as there is one. */
export async function findOwnerNames(
  knex: Knex,
  { entity_id, actor_type }: { entity_id: string; actor_type: string },
): Promise<string[]> {
  if (!Object.hasOwn(PEOPLE, actor_type)) {
    return []
  }
  const rows = await sql<{ names: (string | null)[] }>(
    knex,
    `SELECT ARRAY[person.first_name, person.last_name] AS names
       FROM provider_identity pi
       JOIN auth_identity ai ON ai.id = pi.auth_identity_id AND ai.deleted_at IS NULL
       JOIN ${PEOPLE[actor_type]} person
         ON person.id = ai.app_metadata ->> ? AND person.deleted_at IS NULL
      WHERE pi.entity_id = ? AND pi.provider = '${PROVIDER}' AND pi.deleted_at IS NULL`,
    [`${actor_type}_id`, entity_id],
  )
  return rows.flatMap(({ names }) => names.map((name) => name ?? ""))
}

/**
 * Identities whose last actor Medusa has removed. It deletes an identity that has nothing else in its
 * `app_metadata`; where a password was ever changed, its generation is left there, and the identity
 * with it: nobody could register the address again, nor would it be erased.
 */
export async function findAbandonedIdentities(knex: Knex): Promise<string[]> {
  const rows = await sql<{ id: string }>(
    knex,
    `SELECT ai.id FROM password_reset_cutoff c JOIN auth_identity ai ON ai.id = c.auth_identity_id
      WHERE ai.deleted_at IS NULL
        AND EXISTS (SELECT 1 FROM jsonb_object_keys(ai.app_metadata) key WHERE key LIKE '%\\_id')
        AND NOT EXISTS (SELECT 1 FROM jsonb_each(ai.app_metadata)
                         WHERE key <> '${PASSWORD_GENERATION}' AND value <> 'null'::jsonb)`,
  )
  return rows.map(({ id }) => id)
}
