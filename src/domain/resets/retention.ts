import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { LIVE, SHORT_LIVED } from "../database/reset-columns"
import { sql } from "../database/sql"
import { KNOWN_DAYS } from "../throttle/known-clients"

/** How many rows one statement changes. Short statements hold no other transaction up. */
const BATCH_ROWS = 5000
/** How long rows of people without an account are kept, in seconds. */
const SHORT_LIVED_SECONDS = 86_400

const FORGET_CLIENTS = `DELETE FROM password_reset_known_client
  WHERE (account, client) IN (SELECT account, client FROM password_reset_known_client
                               WHERE seen_at < now() - make_interval(days => ${KNOWN_DAYS}) LIMIT ${BATCH_ROWS})
  RETURNING 1`

/** What is kept of past resets, notices and known clients, and for how long. */
export class Retention {
  /** @param retention seconds */
  constructor(
    private readonly knex: Knex,
    private readonly retention: number,
  ) {}

  /** Ends the links whose time is up. */
  async expire(): Promise<void> {
    await this.inBatches(
      `UPDATE password_reset SET status = 'expired', updated_at = now()
        WHERE id = ANY(ARRAY(SELECT id FROM password_reset
                              WHERE status IN ${LIVE} AND expires_at <= now()
                                AND due_at IS NULL AND deleted_at IS NULL
                              LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED))
        RETURNING 1`,
    )
  }

  /** Deletes old rows, save those whose token has not expired, and those that are still work. */
  async purge(): Promise<number> {
    const old =
      "created_at < now() - make_interval(secs => ?) AND due_at IS NULL AND deleted_at IS NULL"
    const over = `${old} AND coalesce(expires_at <= now(), true)`
    return (
      (await this.deleteAll("password_reset", `${over} AND ${SHORT_LIVED}`, SHORT_LIVED_SECONDS)) +
      (await this.deleteAll("password_reset", over, this.retention)) +
      (await this.deleteAll("password_notice", old, this.retention)) +
      (await this.inBatches(FORGET_CLIENTS))
    )
  }

  /**
   * Deletes everything about actors who have been removed, including rows from before their accounts had
   * an actor.
   */
  async erase(actor_ids: string[]): Promise<void> {
    for (const table of ["password_reset", "password_notice"]) {
      await sql(
        this.knex,
        `DELETE FROM ${table}
          WHERE actor_id IS NULL AND deleted_at IS NULL AND auth_identity_id = ANY(ARRAY(
                SELECT auth_identity_id FROM ${table} WHERE actor_id = ANY(?) AND deleted_at IS NULL))`,
        [actor_ids],
      )
      await sql(this.knex, `DELETE FROM ${table} WHERE actor_id = ANY(?) AND deleted_at IS NULL`, [
        actor_ids,
      ])
    }
  }

  private async deleteAll(table: string, condition: string, age: number): Promise<number> {
    return this.inBatches(
      `DELETE FROM ${table}
        WHERE id = ANY(ARRAY(SELECT id FROM ${table} WHERE ${condition} LIMIT ${BATCH_ROWS}))
        RETURNING 1`,
      [age],
    )
  }

  /** Runs a statement, which returns each row that it changes, until none is left to change. */
  private async inBatches(statement: string, values: number[] = []): Promise<number> {
    let changed = 0
    for (let count = BATCH_ROWS; count === BATCH_ROWS; changed += count) {
      count = (await sql<unknown>(this.knex, statement, values)).length
    }
    return changed
  }
}
