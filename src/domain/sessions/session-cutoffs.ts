import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { SessionClaims } from "./session"
import { isMissingTable } from "../database/own-tables"
import { sql } from "../database/sql"

/** How often the list is brought up to date, in milliseconds. */
const REFRESH_INTERVAL_MS = 2000
/** How old the list may be to be believed, in milliseconds. */
const MAX_AGE_MS = 5000
/** How far the clocks of database and servers may be apart, in seconds. */
const CLOCK_SKEW_SECONDS = 3600

type Cutoff = { generation: number; changed_at: number }

/** Whether a session has ended; `unknown`: only the database can tell. */
type SessionState = "live" | "ended" | "unknown"

/**
 * Whose sessions have ended. Each password of an account has a number, its generation. It stands in the
 * account's `app_metadata`, and so in every JWT; a session of an older generation has ended. Clocks could
 * not tell: `iat` has whole seconds, and a login in the second of the change would look old.
 *
 * Each instance keeps the accounts whose password has changed in memory, and asks the database for
 * changes every two seconds. So ordinary requests need no query.
 */
export class SessionCutoffs {
  private readonly cutoffs = new Map<string, Cutoff>()
  /** The oldest transaction whose changes may not have been seen. */
  private horizon = "0"
  private freshUntil = 0
  private prunedAt = 0
  private timer?: NodeJS.Timeout
  private running = false
  private failed = false

  /**
   * @param lifetime of the longest session, in seconds; an older session is looked up each time
   * @param onError is called, once an outage, when the list can't be brought up to date
   */
  constructor(
    private readonly knex: Knex,
    private readonly lifetime: number,
    private readonly onError: (error: Error) => void,
  ) {}

  /** Starts keeping the list up to date. */
  start(): void {
    this.running = true
    void this.poll()
  }

  stop(): void {
    this.running = false
    clearTimeout(this.timer)
  }

  /** Whether a session has ended, as far as memory knows. */
  stateOf({ auth_identity_id, generation, issued_at = 0 }: SessionClaims): SessionState {
    if (auth_identity_id === undefined) {
      return "ended"
    }
    const cutoff = this.cutoffs.get(auth_identity_id)
    if (cutoff && generation < cutoff.generation) {
      return "ended"
    }
    const isFresh = performance.now() < this.freshUntil
    return isFresh && issued_at > Date.now() / 1000 - this.lifetime ? "live" : "unknown"
  }

  /** Whether a session has ended, as the database says. */
  async hasEnded({ auth_identity_id, generation }: SessionClaims): Promise<boolean> {
    if (auth_identity_id === undefined) {
      return true // Unreadable must not mean "no session": Medusa might read it.
    }
    try {
      const [cutoff] = await sql<{ generation: number }>(
        this.knex,
        `SELECT generation FROM password_reset_cutoff WHERE auth_identity_id = ?`,
        [auth_identity_id],
      )
      return cutoff !== undefined && generation < cutoff.generation
    } catch (error) {
      if (isMissingTable(error)) {
        return false // Before `db:migrate`, no session was ever ended.
      }
      throw error
    }
  }

  /** Takes note of a new password at once, on this instance. */
  add(auth_identity_id: string, generation: number): void {
    const known = this.cutoffs.get(auth_identity_id)
    if (!known || known.generation < generation) {
      this.cutoffs.set(auth_identity_id, { generation, changed_at: Date.now() / 1000 })
    }
  }

  /**
   * Asks for what has changed since the last time. It asks by transaction numbers, not by time, so that it
   * misses no transaction that took long.
   */
  async refresh(): Promise<void> {
    const asked = performance.now()
    if (asked > this.freshUntil) {
      this.horizon = "0" // After so long without an answer, this may be another database.
    }
    const rows = await sql<{
      horizon: string
      auth_identity_id: string | null
      generation: number
      changed_at: number
    }>(
      this.knex,
      `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon, c.auth_identity_id,
              c.generation, extract(epoch FROM c.changed_at)::float8 AS changed_at
         FROM (SELECT 1) one
         LEFT JOIN password_reset_cutoff c
           ON c.changed_in >= ?::bigint AND c.changed_at > now() - make_interval(secs => ?)`,
      [this.horizon, this.lifetime + CLOCK_SKEW_SECONDS],
    )
    for (const { auth_identity_id, generation, changed_at } of rows) {
      const known = auth_identity_id && this.cutoffs.get(auth_identity_id)
      if (auth_identity_id && (!known || known.generation <= generation)) {
        this.cutoffs.set(auth_identity_id, { generation, changed_at })
      }
    }
    const horizon = rows[0]?.horizon ?? "0"
    if (BigInt(horizon) < BigInt(this.horizon)) {
      this.horizon = "0" // Another database, after a failover or a restore: all is asked anew.
      this.cutoffs.clear()
      return this.refresh()
    }
    this.horizon = horizon
    this.freshUntil = asked + MAX_AGE_MS
    this.prune()
  }

  private async poll(): Promise<void> {
    // A notice, not a deadline: the query goes on, and another one would only wait behind it.
    const late = setTimeout(() => this.fail(new Error("no answer")), MAX_AGE_MS)
    try {
      await this.refresh()
      this.failed = false
    } catch (error) {
      this.fail(error as Error)
    } finally {
      clearTimeout(late)
    }
    if (this.running) {
      this.timer = setTimeout(() => void this.poll(), REFRESH_INTERVAL_MS)
      this.timer.unref()
    }
  }

  /** Reports an outage once. */
  private fail(error: Error): void {
    if (!this.failed && this.running) {
      this.failed = true
      this.onError(error)
    }
  }

  /** Forgets, once a minute, changes that are older than any living session. */
  private prune(): void {
    const now = Date.now() / 1000
    if (now < this.prunedAt + 60) {
      return
    }
    this.prunedAt = now
    for (const [id, { changed_at }] of this.cutoffs) {
      if (changed_at < now - this.lifetime - CLOCK_SKEW_SECONDS) {
        this.cutoffs.delete(id)
      }
    }
  }
}
