import { Client } from "../support/client"
import type { Query } from "./stores"

/** The password of every account. */
export const PASSWORD = "a-password-of-old"

/** The address of an account. */
export const addressOf = (index: number): string => `customer-${index}@shop.example`

/** Lets the store itself make the hash of the password. */
export async function hashBy({ url, query }: { url: string; query: Query }): Promise<string> {
  const email = "first@shop.example"
  await new Client(url).register(email, PASSWORD)
  const [row] = await query<{ hash: string }>(
    `SELECT provider_metadata ->> 'password' AS hash FROM provider_identity WHERE entity_id = '${email}'`,
  )
  if (!row) {
    throw new Error(`${email} was not registered`)
  }
  return row.hash
}

/**
 * Writes customers with accounts into a store's database: all with one hash, since making one takes
 * 100 ms.
 *
 * @param accounts their numbers, and the hash of their password
 */
export async function seedAccounts(
  query: Query,
  { from, to, hash }: { from: number; to: number; hash: string },
): Promise<void> {
  const numbers = `generate_series(${from}, ${to - 1}) AS i`
  await query(
    `INSERT INTO customer (id, email, has_account)
     SELECT 'cus_' || i, 'customer-' || i || '@shop.example', true FROM ${numbers}`,
  )
  await query(
    `INSERT INTO auth_identity (id, app_metadata)
     SELECT 'authid_' || i, jsonb_build_object('customer_id', 'cus_' || i) FROM ${numbers}`,
  )
  await query(
    `INSERT INTO provider_identity (id, entity_id, provider, auth_identity_id, provider_metadata)
     SELECT 'provid_' || i, 'customer-' || i || '@shop.example', 'emailpass', 'authid_' || i,
            jsonb_build_object('password', '${hash}') FROM ${numbers}`,
  )
  // As it was long ago: a vacuum that begins by itself would take its time from what is measured.
  await query("VACUUM (ANALYZE) customer, auth_identity, provider_identity")
}

/** Writes what the resets of three months leave behind, spread over all accounts. */
export async function seedOldResets(
  query: Query,
  { resets, accounts }: { resets: number; accounts: number },
): Promise<void> {
  await query(
    `INSERT INTO password_reset (id, status, actor_type, identifier, entity_id, mail, actor_id,
            provider_identity_id, auth_identity_id, token_hash, attempts, issued_attempt, expires_at,
            issued_at, sent_at, completed_at, created_at, updated_at)
     SELECT 'pwres_old' || i, status, 'customer', address, address, 'reset', 'cus_' || a,
            'provid_' || a, 'authid_' || a, encode(sha256(i::text::bytea), 'hex'), 1, 1,
            at + interval '15 minutes', at, at, CASE WHEN status = 'completed' THEN at END, at, at
       FROM (SELECT i, i % ${accounts} AS a, 'customer-' || i % ${accounts} || '@shop.example' AS address,
                    (ARRAY['completed', 'expired', 'superseded'])[1 + i % 3] AS status,
                    now() - interval '1 day' - i * interval '89 days' / ${resets} AS at
               FROM generate_series(0, ${resets - 1}) AS i) AS old`,
  )
  await query("VACUUM (ANALYZE) password_reset")
}
