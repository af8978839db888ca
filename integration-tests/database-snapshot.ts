import type { Knex } from "@medusajs/framework/mikro-orm/knex"

/**
 * Restores a database to what it held at one moment.
 *
 * After `restore`, every table of the schema `public` has exactly the rows that it had when the snapshot was
 * taken, and every sequence has its value of then. If the schema itself has changed, `restore` fails: a test
 * that alters a table must undo it.
 *
 * Medusa's own runner drops the database after each test and copies it anew. That breaks all connections and
 * takes half a second. Here one statement takes some milliseconds: it calls a function that is created
 * together with the snapshot. The function empties each table that was empty and no longer is. For each table
 * that had rows, such as the currencies that Medusa adds at its first start, it compares a hash, and refills
 * the table from a copy if the hash differs.
 */
export class DatabaseSnapshot {
  private constructor(
    private readonly knex: Knex,
    private readonly schema: string,
  ) {}

  static async take(knex: Knex): Promise<DatabaseSnapshot> {
    const schema = await schemaOf(knex)
    const statements: string[] = []
    for (const table of await tablesOf(knex)) {
      const hash = await hashOf(knex, table)
      if (hash === null) {
        statements.push(`IF EXISTS (SELECT FROM ${table}) THEN DELETE FROM ${table}; END IF;`)
      } else {
        const copy = `snapshot.${table.slice("public.".length)}`
        await knex.raw(
          `CREATE SCHEMA IF NOT EXISTS snapshot; CREATE TABLE ${copy} AS TABLE ${table}`,
        )
        statements.push(
          `IF (${hashQuery(table)}) IS DISTINCT FROM '${hash}' THEN
             DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM ${copy};
           END IF;`,
        )
      }
    }
    for (const { sequence, value, is_called } of await sequencesOf(knex)) {
      statements.push(`PERFORM setval('${sequence}', ${value}, ${is_called});`)
    }
    // As a replica, Postgres neither checks references nor cascades, so tables may be emptied in any order.
    await knex.raw(
      `CREATE SCHEMA IF NOT EXISTS snapshot;
       CREATE FUNCTION snapshot.restore() RETURNS void LANGUAGE plpgsql
         SET session_replication_role = replica AS $restore$
       BEGIN
         ${statements.join("\n")}
       END $restore$`,
    )
    return new DatabaseSnapshot(knex, schema)
  }

  /** @throws Error if a table, column, index, trigger or function has changed */
  async restore(): Promise<void> {
    if ((await schemaOf(this.knex)) !== this.schema) {
      throw new Error("the test has left the database with another schema than it found")
    }
    await this.knex.raw("SELECT snapshot.restore()")
  }
}

async function tablesOf(knex: Knex): Promise<string[]> {
  const { rows } = await knex.raw<{ rows: { name: string }[] }>(
    `SELECT format('public.%I', relname) AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname`,
  )
  return rows.map(({ name }) => name)
}

/** Hashes the rows of a table; NULL if it has none. */
const hashQuery = (table: string) =>
  `SELECT md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM ${table} t`

async function hashOf(knex: Knex, table: string): Promise<string | null> {
  const { rows } = await knex.raw<{ rows: { md5: string | null }[] }>(hashQuery(table))
  return rows[0]!.md5
}

async function sequencesOf(knex: Knex) {
  const { rows } = await knex.raw<{
    rows: { sequence: string; value: string; is_called: boolean }[]
  }>(
    `SELECT format('public.%I', sequencename) AS sequence,
            coalesce(last_value, start_value) AS value, last_value IS NOT NULL AS is_called
       FROM pg_sequences WHERE schemaname = 'public'`,
  )
  return rows
}

/** Hashes all definitions in the schema `public`. */
async function schemaOf(knex: Knex): Promise<string> {
  const { rows } = await knex.raw<{ rows: { md5: string }[] }>(
    `WITH relations AS (SELECT oid, relname, relkind FROM pg_class
                         WHERE relnamespace = 'public'::regnamespace),
     definitions AS (
       SELECT concat_ws(' ', relkind, relname) AS definition FROM relations
       UNION ALL
       SELECT concat_ws(' ', 'column', relname, attname, atttypid, attnotnull)
         FROM pg_attribute JOIN relations ON relations.oid = attrelid
        WHERE relkind = 'r' AND attnum > 0 AND NOT attisdropped
       UNION ALL
       SELECT concat_ws(' ', 'index', indexrelid::regclass, indisvalid, indisunique, indkey,
                        indexprs, indpred)
         FROM pg_index JOIN relations ON relations.oid = indrelid
       UNION ALL
       SELECT concat_ws(' ', 'constraint', relname, conname, contype, conkey)
         FROM pg_constraint JOIN relations ON relations.oid = conrelid
       UNION ALL
       SELECT concat_ws(' ', 'trigger', relname, tgname, tgenabled, tgfoid::regproc)
         FROM pg_trigger JOIN relations ON relations.oid = tgrelid WHERE NOT tgisinternal
       UNION ALL
       SELECT concat_ws(' ', 'function', oid::regprocedure, prosrc) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace)
     SELECT md5(string_agg(definition, ' ' ORDER BY definition)) AS md5 FROM definitions`,
  )
  return rows[0]!.md5
}
