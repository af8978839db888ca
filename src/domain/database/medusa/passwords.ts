import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { newNoticeId } from "../ids"
import { sql } from "../sql"

/** Writes an account's hash, and leaves the rest of its `provider_metadata` as it is. */
export async function writeHash(
  trx: Knex.Transaction,
  provider_identity_id: string,
  password_hash: string,
): Promise<void> {
  await sql(
    trx,
    `UPDATE provider_identity
        SET provider_metadata = coalesce(provider_metadata, '{}'::jsonb) || jsonb_build_object('password', ?::text),
            updated_at = now()
      WHERE id = ?`,
    [password_hash, provider_identity_id],
  )
}

/** A row of `password_notice`, save what the account itself tells. */
type NewNotice = {
  auth_identity_id: string
  entity_id: string
  reason: string
  /** Without one, the account's own actor: the user before all others. */
  actor_type?: string
  ip?: string
  browser?: string
  locale?: string
}

/** Writes down that an account's owner is to be told of a new password. */
export async function insertNotice(
  trx: Knex.Transaction,
  { auth_identity_id, entity_id, reason, actor_type, ip, browser, locale }: NewNotice,
): Promise<void> {
  await sql(
    trx,
    `INSERT INTO password_notice (id, reason, auth_identity_id, actor_type, actor_id, entity_id,
            ip, browser, locale, due_at)
     SELECT ?, ?, ai.id, actor.type, ai.app_metadata ->> (actor.type || '_id'), ?, ?, ?, ?, now()
       FROM auth_identity ai
       CROSS JOIN LATERAL (SELECT coalesce(?,
              (SELECT left(key, -3) FROM jsonb_each_text(coalesce(ai.app_metadata, '{}'))
                WHERE key LIKE '%\\_id' AND value IS NOT NULL ORDER BY key <> 'user_id', key LIMIT 1),
              'customer') AS type) actor
      WHERE ai.id = ?`,
    [
      newNoticeId(),
      reason,
      entity_id,
      ip ?? null,
      browser ?? null,
      locale ?? null,
      actor_type ?? null,
      auth_identity_id,
    ],
  )
}
