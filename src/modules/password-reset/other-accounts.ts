import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { storedSpellings } from "../../security/address"
import { PROVIDER } from "../../security/reset-token"
import { OTHER_SIGN_IN_ADDRESS } from "./address-indexes"
import { sql } from "./sql"

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
    `SELECT min(pi.user_metadata ->> 'email') AS entity_id,
            array_agg(DISTINCT pi.provider ORDER BY pi.provider) AS providers, ai.app_metadata
       FROM provider_identity pi
       JOIN auth_identity ai ON ai.id = pi.auth_identity_id AND ai.deleted_at IS NULL
      WHERE pi.provider <> '${PROVIDER}' AND pi.deleted_at IS NULL AND ${OTHER_SIGN_IN_ADDRESS} = ANY(?)
        AND NOT EXISTS (SELECT 1 FROM provider_identity own WHERE own.auth_identity_id = ai.id
                           AND own.provider = '${PROVIDER}' AND own.deleted_at IS NULL)
      GROUP BY ai.id, ai.app_metadata`,
    [spellings],
  )
}

/** Addresses of guest customers: they have ordered, and have no account. */
export async function findGuests(knex: Knex, addresses: readonly string[]): Promise<string[]> {
  const spellings = [
    ...new Set(addresses.flatMap((address) => [address, ...storedSpellings(address)])),
  ]
  const rows = await sql<{ email: string }>(
    knex,
    `SELECT DISTINCT email FROM customer
      WHERE email = ANY(?) AND has_account = false AND deleted_at IS NULL`,
    [spellings],
  )
  return rows.map(({ email }) => email)
}
