import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { sql } from "./sql"

/** How long a finding that tables are missing is believed. */
const RECHECK_MS = 1000

/**
 * Whether the plugin's tables are there. In a rolling deploy, a server may be up before `db:migrate` has run.
 */
export class OwnTables {
  private areThere = false
  private askedAt = -Infinity
  private asking?: Promise<void>

  constructor(private readonly knex: Knex) {}

  /** Asks the database until they are there, at most once a second, and never again. */
  async areMissing(): Promise<boolean> {
    if (!this.areThere) {
      if (Date.now() > this.askedAt + RECHECK_MS) {
        this.askedAt = Date.now()
        this.asking = this.ask()
      }
      await this.asking
    }
    return !this.areThere
  }

  private async ask(): Promise<void> {
    const [found] = await sql<{ is_there: boolean }>(
      this.knex,
      `SELECT to_regclass('password_reset') IS NOT NULL AS is_there`,
    )
    this.areThere = found?.is_there ?? false
  }
}

/** Whether a statement failed because a table is not there (SQLSTATE 42P01). */
export function isMissingTable(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === "42P01"
}
