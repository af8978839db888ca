import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { stalls } from "../timing/stalls"
import { sql } from "./sql"

/**
 * The tables of mails that are to go out. A row is work as long as it has a `due_at`. A worker takes it up
 * under a lease, and it ends as `sent`, `unknown` or `failed`, with `due_at` null.
 */
type OutboxTable = "password_reset" | "password_notice"

export type DeliveryOptions = {
  /** Seconds from the request until a mail is given up. */
  giveUpAfter: number
  /** Seconds until the first retry. */
  retryAfter: number
  /** How often a mail is sent again whose fate is unknown. */
  unknownRetries: number
  /** Seconds until the first time. */
  unknownRetryAfter: number
  /** Whether that includes mails whose provider ended without error, but without an id. */
  retrySilent: boolean
}

/** What became of an attempt to send a mail. */
export type DeliveryOutcome = {
  id: string
  attempt: number
  fate: "taken" | "refused" | "unknown"
  failure_reason: string | null
  /** Refused: whether another attempt would be refused as well. */
  is_permanent: boolean
  /** Unknown: whether the provider ended without error. */
  is_silent: boolean
}

/** What a row says after an outcome. */
export type RecordedOutcome = { id: string; status: string; failure_reason: string | null }

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
 * Writes down what became of mails. One that was refused for now is tried again, until the request's own
 * deadline; one whose fate is unknown a few times, if at all. Outcomes of attempts that have lost their lease are
 * dropped: another worker has taken over.
 *
 * @returns what the rows say now
 */
export async function recordOutcomes(
  knex: Knex,
  table: OutboxTable,
  outcomes: readonly DeliveryOutcome[],
  { giveUpAfter, retryAfter, unknownRetries, unknownRetryAfter, retrySilent }: DeliveryOptions,
): Promise<RecordedOutcome[]> {
  const attempted = outcomes.map((outcome) => ({
    ...outcome,
    may_retry:
      outcome.fate === "unknown" ? !outcome.is_silent || retrySilent : !outcome.is_permanent,
    retry_in: backoff(outcome.attempt, outcome.fate === "unknown" ? unknownRetryAfter : retryAfter),
  }))
  return sql<RecordedOutcome>(
    knex,
    `UPDATE ${table} p
        SET status = CASE WHEN o.fate = 'taken' THEN 'sent' WHEN o.fate = 'unknown' THEN 'unknown'
                          WHEN o.ends THEN 'failed' ELSE p.status END,
            failure_reason = o.failure_reason,
            due_at = CASE WHEN o.fate = 'taken' OR o.ends
                            OR o.fate = 'unknown' AND p.unknown_attempts >= ? THEN NULL
                          ELSE now() + make_interval(secs => o.retry_in) END,
            unknown_attempts = p.unknown_attempts + (o.fate = 'unknown')::int,
            sent_at = CASE WHEN o.fate = 'taken' THEN now() END, updated_at = now()
       FROM (SELECT id, attempt, fate, failure_reason, retry_in,
                    NOT may_retry OR (SELECT created_at FROM ${table} WHERE id = one.id)
                      < now() + make_interval(secs => retry_in - ?) AS ends
               FROM jsonb_to_recordset(?::jsonb) AS one(id text, attempt int, fate text,
                    failure_reason text, may_retry boolean, retry_in float8)) o
      WHERE p.id = o.id AND p.attempts = o.attempt AND p.deleted_at IS NULL
        AND (p.due_at IS NOT NULL OR p.status = 'unknown')
      RETURNING p.id, p.status, p.failure_reason`,
    [unknownRetries, giveUpAfter, JSON.stringify(attempted)],
  )
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
): Promise<(RecordedOutcome & { attempts: number })[]> {
  return sql<RecordedOutcome & { attempts: number }>(
    knex,
    `UPDATE ${table}
        SET status = CASE status WHEN 'unknown' THEN status ELSE 'failed' END, due_at = NULL, updated_at = now(),
            failure_reason = coalesce(failure_reason, 'no worker took it up in time')
      WHERE due_at <= now() AND created_at < now() - make_interval(secs => ?) AND deleted_at IS NULL
      RETURNING id, attempts, status, failure_reason`,
    [giveUpAfter],
  )
}

/** How many mails wait to be sent, or to be sent again. */
export async function countWaiting(knex: Knex): Promise<number> {
  const [row] = await sql<{ count: number }>(
    knex,
    `SELECT ((SELECT count(*) FROM password_reset WHERE due_at IS NOT NULL AND deleted_at IS NULL)
           + (SELECT count(*) FROM password_notice WHERE due_at IS NOT NULL AND deleted_at IS NULL))::int AS count`,
  )
  return row?.count ?? 0
}

/**
 * Seconds until the next attempt. The wait doubles with each attempt; between half and all of it is taken
 * at random, so that mails that failed together don't come back together.
 */
export function backoff(attempt: number, first: number, random = Math.random()): number {
  const full = Math.min(first * 2 ** Math.min(attempt - 1, 16), MAX_BACKOFF_SECONDS)
  return full * (0.5 + random / 2)
}
