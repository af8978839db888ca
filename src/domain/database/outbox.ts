import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { stalls } from "../timing/stalls"
import { sql } from "./sql"

/**
 * The tables of mails that are to go out. A row is work as long as it has a `due_at`. A worker takes it up
 * under a lease, and it ends as `sent` or `failed`, with `due_at` null.
 */
type OutboxTable = "password_reset" | "password_notice"

export type DeliveryOptions = {
  /** Seconds from the request until a mail is given up. */
  giveUpAfter: number
  /** Seconds until the first retry. */
  retryAfter: number
}

/** What became of an attempt to send a mail; `is_permanent`: another attempt would fail as well. */
export type DeliveryOutcome = { id: string; attempt: number } & (
  | { sent: true; is_permanent: false; failure_reason: null }
  | { sent: false; is_permanent: boolean; failure_reason: string }
)

/** How long the Notification Module may take for a mail, in seconds: more than its provider does. */
export const DELIVERY_LEASE_SECONDS = 120
/** The longest wait between two attempts, in seconds. */
const MAX_BACKOFF_SECONDS = 600

/**
 * Claims due work for one worker, until its lease is over. No two workers get the same row, and none
 * waits for another. A process that has stood still gives leases so much longer: they may be its own.
 *
 * @param columns to return
 * @param lease seconds
 */
export async function claimDue<Row>(
  knex: Knex,
  table: OutboxTable,
  { columns, limit, lease }: { columns: string; limit: number; lease: number },
): Promise<Row[]> {
  return sql<Row>(
    knex,
    `UPDATE ${table}
        SET due_at = now() + make_interval(secs => ?), claimed_at = now(), attempts = attempts + 1
      WHERE id = ANY(ARRAY(SELECT id FROM ${table}
                            WHERE due_at <= now() AND deleted_at IS NULL
                              AND (attempts = 0 OR due_at <= now() - make_interval(secs => ?))
                            ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED))
      RETURNING ${columns}`,
    [lease, stalls.recent(), limit],
  )
}

/**
 * Writes down what became of mails. A temporary failure is tried again, until the request's own
 * deadline. Outcomes of attempts that have lost their lease are dropped: another worker has taken over.
 *
 * @returns the ids of what is sent
 */
export async function recordOutcomes(
  knex: Knex,
  table: OutboxTable,
  outcomes: readonly DeliveryOutcome[],
  { giveUpAfter, retryAfter }: DeliveryOptions,
): Promise<string[]> {
  const attempted = outcomes.map((outcome) => ({
    ...outcome,
    retry_in: backoff(outcome.attempt, retryAfter),
  }))
  const rows = await sql<{ id: string; status: string }>(
    knex,
    `UPDATE ${table} p
        SET status = CASE WHEN o.sent THEN 'sent' WHEN o.ends THEN 'failed' ELSE p.status END,
            failure_reason = o.failure_reason,
            due_at = CASE WHEN o.sent OR o.ends THEN NULL
                          ELSE now() + make_interval(secs => o.retry_in) END,
            sent_at = CASE WHEN o.sent THEN now() END, updated_at = now()
       FROM (SELECT id, attempt, sent, failure_reason, retry_in,
                    is_permanent OR (SELECT created_at FROM ${table} WHERE id = one.id)
                      < now() + make_interval(secs => retry_in - ?) AS ends
               FROM jsonb_to_recordset(?::jsonb) AS one(id text, attempt int, sent boolean,
                    failure_reason text, is_permanent boolean, retry_in float8)) o
      WHERE p.id = o.id AND p.attempts = o.attempt AND p.due_at IS NOT NULL AND p.deleted_at IS NULL
      RETURNING p.id, p.status`,
    [giveUpAfter, JSON.stringify(attempted)],
  )
  return rows.filter(({ status }) => status === "sent").map(({ id }) => id)
}

/**
 * Ends mails that are past their deadline before anybody could try them, as after a long outage.
 *
 * @returns what was ended, with the number of its last attempt
 */
export async function giveUp(
  knex: Knex,
  table: OutboxTable,
  { giveUpAfter }: DeliveryOptions,
): Promise<{ id: string; attempts: number }[]> {
  return sql<{ id: string; attempts: number }>(
    knex,
    `UPDATE ${table}
        SET status = 'failed', due_at = NULL, updated_at = now(),
            failure_reason = coalesce(failure_reason, 'no worker took it up in time')
      WHERE due_at <= now() AND created_at < now() - make_interval(secs => ?) AND deleted_at IS NULL
      RETURNING id, attempts`,
    [giveUpAfter],
  )
}

/**
 * Seconds until the next attempt. The wait doubles with each attempt; between half and all of it is taken
 * at random, so that mails that failed together don't come back together.
 */
export function backoff(attempt: number, first: number, random = Math.random()): number {
  const full = Math.min(first * 2 ** Math.min(attempt - 1, 16), MAX_BACKOFF_SECONDS)
  return full * (0.5 + random / 2)
}
