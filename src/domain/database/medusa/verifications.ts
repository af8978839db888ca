import { generateEntityId } from "@medusajs/framework/utils"
import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { sql } from "../sql"
import type { LockedAccount } from "./account-locks"

/** Who has verified the address, where Medusa names the provider that has sent a code. */
const CODE_PROVIDER = "password-reset"

/**
 * Writes down that an account's address is verified, as Medusa's own verification does: its owner has used a link
 * that was mailed there.
 *
 * @param entity_types what the store calls the address that is to be verified, such as `email`
 */
export async function verifyAddress(
  trx: Knex.Transaction,
  { auth_identity_id, entity_id }: LockedAccount,
  entity_types: readonly string[],
): Promise<void> {
  const rows = entity_types.map((type) => ({ id: generateEntityId(undefined, "authver"), type }))
  await sql(
    trx,
    `INSERT INTO auth_verification (id, auth_identity_id, entity_id, entity_type, code_provider,
            requested_at, verified_at)
     SELECT one.id, ?, ?, one.type, ?, now(), now()
       FROM jsonb_to_recordset(?::jsonb) AS one(id text, type text)
     ON CONFLICT (auth_identity_id, entity_id, entity_type) WHERE deleted_at IS NULL
     DO UPDATE SET verified_at = coalesce(auth_verification.verified_at, now()), updated_at = now()`,
    [auth_identity_id, entity_id, CODE_PROVIDER, JSON.stringify(rows)],
  )
}
