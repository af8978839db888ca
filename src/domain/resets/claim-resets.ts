import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { claimDue } from "../database/outbox"
import { sql } from "../database/sql"
import type { ResetRequest } from "./accept-reset"
import { findMailBudget } from "./recent-mails"

/** How long a worker may take from claiming a request to its token, in seconds. */
const CLAIM_LEASE_SECONDS = 60

/** A request that a worker has claimed. */
export type ClaimedReset = Omit<ResetRequest, "locale" | "start"> & {
  id: string
  started_by: string | null
  token_ttl: number | null
  requires_own_email: boolean
  attempts: number
  /** The attempt that minted the token that it has, if it has one. */
  issued_attempt: number | null
  /** `issued`: an earlier attempt has minted a token, whose mail did not go out; `unknown`: it may be out. */
  status: "accepted" | "issued" | "unknown"
}

const COLUMNS = `id, status, attempts, issued_attempt, actor_type, identifier, metadata, started_by,
  token_ttl, requires_own_email`

/**
 * Claims requests for one worker: new ones, and those whose mail did not go out.
 *
 * @param mailsPerMinute how many mails may be started in a minute; undefined for any number
 * @returns `isDelayed` where more requests wait, and only `mailsPerMinute` holds them back
 */
export async function claimResets(
  knex: Knex,
  limit: number,
  mailsPerMinute: number | undefined,
): Promise<{ claimed: ClaimedReset[]; isDelayed: boolean }> {
  return knex.transaction(async (trx) => {
    const budget = mailsPerMinute === undefined ? limit : await findMailBudget(trx, mailsPerMinute)
    const claimed = await claimDue<ClaimedReset>(trx, "password_reset", {
      columns: COLUMNS,
      limit: Math.min(limit, budget),
      lease: CLAIM_LEASE_SECONDS,
    })
    const isDelayed = budget < limit && claimed.length === budget && (await hasWaiting(trx))
    return { claimed, isDelayed }
  })
}

async function hasWaiting(trx: Knex.Transaction): Promise<boolean> {
  const rows = await sql<unknown>(
    trx,
    `SELECT 1 FROM password_reset WHERE due_at <= now() AND deleted_at IS NULL LIMIT 1`,
  )
  return rows.length > 0
}
