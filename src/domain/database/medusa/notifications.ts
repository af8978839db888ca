import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { sql } from "../sql"

/** Cuts links out of what the Notification Module has stored: a link is a secret until it is used. */
export async function deleteStoredLinks(
  knex: Knex,
  idempotency_keys: readonly string[],
): Promise<void> {
  await sql(
    knex,
    `UPDATE notification SET data = data - '{link,url,reset_url}'::text[]
      WHERE idempotency_key = ANY(?) AND data -> 'link' IS NOT NULL AND deleted_at IS NULL`,
    [[...idempotency_keys]],
  )
}
