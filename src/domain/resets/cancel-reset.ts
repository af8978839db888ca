import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { againOnDeadlock } from "../database/deadlock"
import { lockAccounts } from "../database/medusa/account-locks"
import { deleteCoreTokens } from "../database/medusa/core-tokens"
import { LIVE } from "../database/reset-columns"
import { sql } from "../database/sql"

type Account = { provider_identity_id: string | null; auth_identity_id: string | null }

const CANCEL = `UPDATE password_reset
   SET status = 'cancelled', cancelled_at = now(), due_at = NULL, updated_at = now()`

/**
 * Ends a reset, and with it every other link of its account, Medusa's own included. One that has not
 * been taken up yet has no account, and ends alone.
 *
 * @returns whether there was anything left to end
 */
export async function cancelReset(knex: Knex, id: string): Promise<boolean> {
  return againOnDeadlock(() => knex.transaction((trx) => cancelIn(trx, id)))
}

async function cancelIn(trx: Knex.Transaction, id: string): Promise<boolean> {
  const lock = async ([reset]: Account[]) =>
    lockAccounts(trx, reset?.provider_identity_id ? [reset.provider_identity_id] : [])
  await lock(
    await sql<Account>(
      trx,
      `SELECT provider_identity_id, auth_identity_id FROM password_reset WHERE id = ?`,
      [id],
    ),
  )
  const ended = await sql<Account>(
    trx,
    // A token of Medusa's own lives on where its mail has failed.
    `${CANCEL} WHERE id = ? AND deleted_at IS NULL
        AND (status = 'accepted' OR status IN ${LIVE}
             OR origin = 'core' AND status = 'failed' AND expires_at > now())
      RETURNING provider_identity_id, auth_identity_id`,
    [id],
  )
  await lock(ended) // It may have been taken up since.
  for (const { provider_identity_id, auth_identity_id } of ended) {
    await sql(
      trx,
      `${CANCEL} WHERE auth_identity_id = ? AND status IN ${LIVE} AND deleted_at IS NULL`,
      [auth_identity_id],
    )
    await deleteCoreTokens(trx, provider_identity_id)
  }
  return ended.length > 0
}
