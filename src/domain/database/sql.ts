import type { Knex } from "@medusajs/framework/mikro-orm/knex"

/**
 * Runs one statement and returns its rows. When it fails, the error keeps the database's message only: knex
 * adds the statement with its values, which would put addresses and hashes into the log.
 */
export async function sql<Row = unknown>(
  knex: Knex,
  statement: string,
  values: readonly Knex.RawBinding[] = [],
): Promise<Row[]> {
  try {
    const { rows } = await knex.raw<{ rows: Row[] }>(statement, values)
    return rows
  } catch (error) {
    const failure = error as Error & { detail?: string; where?: string }
    failure.message = withoutStatement(failure.message)
    delete failure.detail
    delete failure.where
    throw failure
  }
}

/** What the database says, without the statement and its values, which knex puts before it. */
export function withoutStatement(message: string): string {
  return /^\s*(?:select|insert|update|delete|with)\b/i.test(message)
    ? message.slice(message.lastIndexOf(" - ") + 1).replace(/^- /, "")
    : message
}
