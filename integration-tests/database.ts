import { dirname, join } from "node:path"
import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ModulesSdkUtils } from "@medusajs/framework/utils"

/** Where the migrations of the plugin's module are. */
export const OWN_MIGRATIONS = join(__dirname, "../src/modules/password-reset/migrations")

const silent = { info: () => undefined, error: () => undefined, warn: () => undefined } as never

/**
 * An empty database of its own on the server that `DB_*` names. No store runs on it: it gets its tables by
 * the scripts that `medusa db:migrate` runs.
 */
export class TestDatabase {
  private constructor(
    readonly name: string,
    readonly knex: Knex,
  ) {}

  static async create(): Promise<TestDatabase> {
    const name = `migrated-${process.pid}-${Date.now()}`
    await onServer((server) => server.raw(`CREATE DATABASE "${name}"`))
    return new TestDatabase(name, connect(name))
  }

  /** Runs the migrations of a module, as `medusa db:migrate` does. */
  async migrate(moduleName: string, pathToMigrations: string): Promise<void> {
    const run = ModulesSdkUtils.buildMigrationScript({ moduleName, pathToMigrations })
    await run({ options: this.options, logger: silent })
  }

  /** Undoes the migrations of a module, as `medusa db:rollback` does. */
  async rollBack(moduleName: string, pathToMigrations: string): Promise<void> {
    const run = ModulesSdkUtils.buildRevertMigrationScript({ moduleName, pathToMigrations })
    await run({ options: this.options, logger: silent })
  }

  /** The names of the tables that there are, sorted. */
  async tables(): Promise<string[]> {
    const { rows } = await this.knex.raw<{ rows: { tablename: string }[] }>(
      "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
    )
    return rows.map(({ tablename }) => tablename)
  }

  async drop(): Promise<void> {
    await this.knex.destroy()
    await onServer((server) => server.raw(`DROP DATABASE "${this.name}" WITH (FORCE)`))
  }

  get options() {
    return { database: { clientUrl: urlOf(this.name) } }
  }
}

/** Where the migrations of one of Medusa's own modules are, such as `auth`. */
export function migrationsOf(module: string): string {
  const medusa = dirname(require.resolve("@medusajs/medusa/package.json"))
  const manifest = require.resolve(`@medusajs/${module}/package.json`, { paths: [medusa] })
  return join(dirname(manifest), "dist/migrations")
}

async function onServer(work: (server: Knex) => Promise<unknown>): Promise<void> {
  const server = connect("postgres")
  try {
    await work(server)
  } finally {
    await server.destroy()
  }
}

function connect(database: string): Knex {
  return ModulesSdkUtils.createPgConnection({
    clientUrl: urlOf(database),
    driverOptions: { connection: { ssl: false } },
  }) as Knex
}

function urlOf(database: string): string {
  const { DB_HOST, DB_PORT, DB_USERNAME, DB_PASSWORD } = process.env
  return `postgres://${DB_USERNAME}:${DB_PASSWORD}@${DB_HOST}:${DB_PORT}/${database}`
}
