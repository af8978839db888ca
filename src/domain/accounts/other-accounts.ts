import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { storedSpellings } from "./address"
import { PROVIDER } from "../tokens/reset-token"
import { OTHER_SIGN_IN_ADDRESS } from "../database/address-indexes"
import { sql } from "../database/sql"

/** An account that signs in by another provider than a password. */
export type OtherSignIn = {
  /** The address that the provider has verified and stored. */
  entity_id: string
  providers: string[]
  app_metadata: Record<string, unknown> | null
}

/**
 * Accounts that sign in with Google, GitHub and the like only. Their address is the one that the
 * provider has stored, never `customer.email`, which anyone may set.
 */
export async function findOtherSignIns(
  knex: Knex,
  addresses: readonly string[],
): Promise<OtherSignIn[]> {
  const spellings = [...new Set(addresses.flatMap(storedSpellings))]
  return sql<OtherSignIn>(
    knex,
    // Look by look, as in `findEmailpassAccounts`.
    `SELECT min(pi.user_metadata ->> 'email') AS entity_id,
            array_agg(DISTINCT pi.provider ORDER BY pi.provider) AS providers, ai.app_metadata
       FROM unnest(?::text[]) AS spelling
      CROSS JOIN LATERAL (SELECT * FROM provider_identity
                           WHERE provider <> '${PROVIDER}' AND deleted_at IS NULL
                             AND ${OTHER_SIGN_IN_ADDRESS} = spelling OFFSET 0) pi
      CROSS JOIN LATERAL (SELECT id, app_metadata FROM auth_identity
                           WHERE id = pi.auth_identity_id AND deleted_at IS NULL OFFSET 0) ai
      WHERE NOT EXISTS (SELECT 1 FROM provider_identity own WHERE own.auth_identity_id = ai.id
                           AND own.provider = '${PROVIDER}' AND own.deleted_at IS NULL)
      GROUP BY ai.id, ai.app_metadata`,
    [spellings],
  )
}

/** A customer who has ordered, or filled a cart, without an account. */
export type Guest = { id: string; email: string }

/** Guest customers, the latest of each address first. */
export async function findGuests(knex: Knex, addresses: readonly string[]): Promise<Guest[]> {
  const spellings = addresses.flatMap((address) => [address, ...storedSpellings(address)])
  return sql<Guest>(
    knex,
    `SELECT id, email FROM customer
      WHERE email = ANY(?) AND has_account = false AND deleted_at IS NULL
      ORDER BY created_at DESC`,
    [[...new Set(spellings)]],
  )
}
