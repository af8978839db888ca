import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { SHORT_LIVED } from "./models/password-reset"
import { sql } from "./sql"

/** How many rows one statement deletes: a short one holds nobody up. */
const BATCH = 5000
/** How long rows of people without an account are kept, in seconds. */
const DAY = 86_400

/** What is kept of past resets and notices, and for how long. */
export class Retention {
  /** @param retention seconds */
  constructor(
    private readonly knex: Knex,
    private readonly retention: number,
  ) {}

  /** Ends the links whose time is up. */
  async expire(): Promise<void> {
    await sql(
      this.knex,
      `UPDATE password_reset SET status = 'expired', updated_at = now()
        WHERE status IN ('issued', 'sent') AND expires_at <= now() AND due_at IS NULL
          AND deleted_at IS NULL`,
    )
  }

  /** Deletes what is old enough. No row goes before its token's time is up, and none that is work. */
  async purge(): Promise<number> {
    const old =
      "created_at < now() - make_interval(secs => ?) AND due_at IS NULL AND deleted_at IS NULL"
    const over = `${old} AND coalesce(expires_at <= now(), true)`
    return (
      (await this.deleteAll("password_reset", `${over} AND ${SHORT_LIVED}`, DAY)) +
      (await this.deleteAll("password_reset", over, this.retention)) +
      (await this.deleteAll("password_notice", old, this.retention))
    )
  }

  /** Deletes all that is known of an actor who has been removed. */
  async erase(actor_ids: string[]): Promise<void> {
    for (const table of ["password_reset", "password_notice"]) {
      await sql(this.knex, `DELETE FROM ${table} WHERE actor_id = ANY(?) AND deleted_at IS NULL`, [
        actor_ids,
      ])
    }
  }

  private async deleteAll(table: string, condition: string, age: number): Promise<number> {
    let deleted = 0
    for (let count = BATCH; count === BATCH; deleted += count) {
      const rows = await sql<unknown>(
        this.knex,
        `DELETE FROM ${table}
          WHERE id = ANY(ARRAY(SELECT id FROM ${table} WHERE ${condition} LIMIT ${BATCH}))
          RETURNING 1`,
        [age],
      )
      count = rows.length
    }
    return deleted
  }
}
