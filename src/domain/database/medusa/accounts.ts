import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { isMissingTable } from "../own-tables"
import { sql } from "../sql"
import {
  EMAILPASS_ADDRESS_INDEX,
  identitiesBySpelling,
  OTHER_SIGN_IN_INDEX,
} from "./address-indexes"
import { PASSWORD_GENERATION } from "./generations"
import { PROVIDER } from "./provider"

/** An account that signs in with email and password. */
export type EmailpassAccount = {
  provider_identity_id: string
  auth_identity_id: string
  /** The address as stored: where mail goes, and what Medusa's auth module knows it by. */
  entity_id: string
  /** `customer_id`, `user_id` and the like, by actor type. */
  app_metadata: Record<string, unknown> | null
  /** Of the account's password, as `SessionCutoffs` know it; null if its sessions were never ended. */
  generation: number | null
  password_hash: string | null
}

/** An account that signs in by another provider than a password. */
export type OtherSignIn = {
  /** The address that the provider has verified and stored. */
  entity_id: string
  providers: string[]
  app_metadata: Record<string, unknown> | null
}

/** SQL: the generation of an account's password, where the plugin has a table for it. */
const GENERATION = `LEFT JOIN LATERAL (SELECT generation FROM password_reset_cutoff
                           WHERE auth_identity_id = pi.auth_identity_id OFFSET 0) c ON true`
/** SQL: the same before `db:migrate`. Logins must work then, as core's would. */
const NO_GENERATION = "CROSS JOIN (SELECT NULL::int AS generation) c"

/** The accounts with a password that are stored under one of the spellings, in whatever case. */
export async function selectEmailpassAccounts(
  knex: Knex,
  spellings: readonly string[],
): Promise<EmailpassAccount[]> {
  try {
    return await selectAccounts(knex, spellings, GENERATION)
  } catch (error) {
    if (isMissingTable(error)) {
      return selectAccounts(knex, spellings, NO_GENERATION)
    }
    throw error
  }
}

async function selectAccounts(
  knex: Knex,
  spellings: readonly string[],
  generation: string,
): Promise<EmailpassAccount[]> {
  return sql<EmailpassAccount>(
    knex,
    `SELECT pi.id AS provider_identity_id, pi.auth_identity_id, pi.entity_id, ai.app_metadata,
            c.generation, pi.provider_metadata ->> 'password' AS password_hash
       FROM ${identitiesBySpelling(EMAILPASS_ADDRESS_INDEX)}
      CROSS JOIN LATERAL (SELECT app_metadata FROM auth_identity
                           WHERE id = pi.auth_identity_id AND deleted_at IS NULL OFFSET 0) ai
       ${generation}`,
    [[...spellings]],
  )
}

/** The accounts without a password whose provider has stored one of the spellings. */
export async function selectOtherSignIns(
  knex: Knex,
  spellings: readonly string[],
): Promise<OtherSignIn[]> {
  return sql<OtherSignIn>(
    knex,
    `SELECT min(pi.user_metadata ->> 'email') AS entity_id,
            array_agg(DISTINCT pi.provider ORDER BY pi.provider) AS providers, ai.app_metadata
       FROM ${identitiesBySpelling(OTHER_SIGN_IN_INDEX)}
      CROSS JOIN LATERAL (SELECT id, app_metadata FROM auth_identity
                           WHERE id = pi.auth_identity_id AND deleted_at IS NULL OFFSET 0) ai
      WHERE NOT EXISTS (SELECT 1 FROM provider_identity own WHERE own.auth_identity_id = ai.id
                           AND own.provider = '${PROVIDER}' AND own.deleted_at IS NULL)
      GROUP BY ai.id, ai.app_metadata`,
    [[...spellings]],
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

/**
 * Identities whose last actor Medusa has removed. It deletes an identity that has nothing else in its
 * `app_metadata`. Where a password was ever changed, its generation is left there, and so is the identity:
 * its address could not be registered again, nor would it be erased.
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
