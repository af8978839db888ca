import { readdirSync } from "node:fs"
import { join } from "node:path"
import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import * as accountLocks from "../../src/domain/database/medusa/account-locks"
import * as accounts from "../../src/domain/database/medusa/accounts"
import * as addressIndexes from "../../src/domain/database/medusa/address-indexes"
import * as coreTokens from "../../src/domain/database/medusa/core-tokens"
import * as customers from "../../src/domain/database/medusa/customers"
import * as generations from "../../src/domain/database/medusa/generations"
import * as notifications from "../../src/domain/database/medusa/notifications"
import * as passwords from "../../src/domain/database/medusa/passwords"
import { MEDUSA_TABLES } from "../../src/domain/database/medusa/tables"
import * as verifications from "../../src/domain/database/medusa/verifications"
import { findTokenState } from "../../src/domain/tokens/token-repository"
import { migrationsOf, OWN_MIGRATIONS, TestDatabase } from "../database"

const FOLDER = join(__dirname, "../../src/domain/database/medusa")
const MODULES = ["auth", "customer", "user", "notification"]

/** How the columns that the plugin needs differ from those that there are; one line each. */
async function findFaults(knex: Knex): Promise<string[]> {
  const { rows } = await knex.raw<{ rows: Record<string, string>[] }>(
    `SELECT table_name, column_name, data_type FROM information_schema.columns
      WHERE table_schema = 'public'`,
  )
  const types = new Map(
    rows.map(({ table_name, column_name, data_type }) => [
      `${table_name}.${column_name}`,
      data_type,
    ]),
  )
  return Object.entries(MEDUSA_TABLES).flatMap(([table, columns]) =>
    Object.entries(columns).flatMap(([column, type]) => {
      const found = types.get(`${table}.${column}`)
      if (found === type) {
        return []
      }
      const fault = found ? `is of type ${found}` : "is missing"
      return [`Medusa's column "${table}"."${column}" ${fault}; the plugin needs it as ${type}`]
    }),
  )
}

const TOKEN = { token_hash: "0", actor_type: "customer" }
const ACCOUNT = { id: "pi", auth_identity_id: "ai", entity_id: "jane@shop.example", password: null }
const NAMES = { entity_id: ACCOUNT.entity_id }

/** Every function that runs a statement on Medusa's tables, with values of the kinds that it gets. */
const STATEMENTS: Record<string, (trx: Knex.Transaction) => Promise<unknown>> = {
  lockAccounts: (trx) => accountLocks.lockAccounts(trx, ["pi"]),
  lockAccountOf: (trx) => accountLocks.lockAccountOf(trx, ACCOUNT.entity_id),
  selectEmailpassAccounts: (trx) => accounts.selectEmailpassAccounts(trx, ["jane@shop.example"]),
  selectOtherSignIns: (trx) => accounts.selectOtherSignIns(trx, ["jane@shop.example"]),
  findEmailpassAddress: (trx) => accounts.findEmailpassAddress(trx, "ai"),
  findAbandonedIdentities: (trx) => accounts.findAbandonedIdentities(trx),
  holdsOtherThan: (trx) => findTokenState(trx, TOKEN),
  mayBeResetFor: (trx) => findTokenState(trx, TOKEN),
  hasIndex: (trx) => addressIndexes.hasIndex(trx, addressIndexes.EMAILPASS_ADDRESS_INDEX),
  createIndex: (trx) => buildIndexes(trx),
  statementsFor: (trx) => buildIndexes(trx),
  identitiesBySpelling: (trx) => accounts.selectEmailpassAccounts(trx, []),
  adoptCoreTokens: (trx) =>
    coreTokens.adoptCoreTokens(trx, [{ ...TOKEN, metadata: {}, locale: "en" }], 20),
  recordSpentCoreToken: (trx) => coreTokens.recordSpentCoreToken(trx, ACCOUNT, TOKEN),
  spendCoreToken: (trx) => coreTokens.spendCoreToken(trx, ACCOUNT, "0"),
  deleteCoreTokens: (trx) => coreTokens.deleteCoreTokens(trx, "pi"),
  deleteOlderCoreTokens: (trx) => coreTokens.deleteOlderCoreTokens(trx, ["pwres_1"]),
  selectGuests: (trx) => customers.selectGuests(trx, ["jane@shop.example"]),
  selectRegistered: (trx) => customers.selectRegistered(trx, ["cus_1"]),
  findOwnerNames: async (trx) => {
    await customers.findOwnerNames(trx, { ...NAMES, actor_type: "customer" })
    await customers.findOwnerNames(trx, { ...NAMES, actor_type: "user" })
  },
  cutSessions: (trx) => generations.cutSessions(trx, "ai"),
  restoreGeneration: (trx) => generations.restoreGeneration(trx, "ai"),
  deleteStoredLinks: (trx) => notifications.deleteStoredLinks(trx, ["pwres_1:1"]),
  verifyAddress: (trx) => verifications.verifyAddress(trx, ACCOUNT, []),
  writeHash: (trx) => passwords.writeHash(trx, "pi", "hash"),
  insertNotice: (trx) => passwords.insertNotice(trx, { ...ACCOUNT, reason: "reset" }),
}

/** Builds the indexes as they are, though not concurrently: a transaction can't. */
async function buildIndexes(trx: Knex.Transaction): Promise<void> {
  const { EMAILPASS_ADDRESS_INDEX, OTHER_SIGN_IN_INDEX, statementsFor } = addressIndexes
  for (const statement of [EMAILPASS_ADDRESS_INDEX, OTHER_SIGN_IN_INDEX].flatMap(statementsFor)) {
    await trx.raw(statement.replace("CONCURRENTLY ", ""))
  }
}

/** Runs work in a transaction that leaves nothing behind. */
async function undone<T>(knex: Knex, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
  const trx = await knex.transaction()
  try {
    return await work(trx)
  } finally {
    await trx.rollback()
  }
}

describe("Medusa's own tables", () => {
  let database: TestDatabase

  beforeAll(async () => {
    database = await TestDatabase.create()
    for (const module of MODULES) {
      await database.migrate(module, migrationsOf(module))
    }
    await database.migrate("passwordReset", OWN_MIGRATIONS)
  })
  afterAll(() => database.drop())

  it("have the columns that the plugin reads and writes", async () => {
    expect(await findFaults(database.knex)).toEqual([])
  })

  it("are missed by name where a column is gone, renamed or of another type", async () => {
    const faults = await undone(database.knex, async (trx) => {
      await trx.raw(`ALTER TABLE provider_identity RENAME COLUMN entity_id TO identifier`)
      await trx.raw(`ALTER TABLE auth_identity ALTER COLUMN app_metadata TYPE json`)
      await trx.raw(`DROP TABLE notification CASCADE`)
      return findFaults(trx)
    })

    expect(faults).toEqual([
      `Medusa's column "provider_identity"."entity_id" is missing; the plugin needs it as text`,
      `Medusa's column "auth_identity"."app_metadata" is of type json; the plugin needs it as jsonb`,
      `Medusa's column "notification"."data" is missing; the plugin needs it as jsonb`,
      `Medusa's column "notification"."idempotency_key" is missing; the plugin needs it as text`,
      `Medusa's column "notification"."deleted_at" is missing; the plugin needs it as timestamp with time zone`,
    ])
  })

  it("are used by no function that is not tried here", () => {
    const exported = readdirSync(FOLDER)
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => Object.entries(require(join(FOLDER, file)) as Record<string, unknown>))
      .flatMap(([name, value]) => (typeof value === "function" ? [name] : []))

    expect(Object.keys(STATEMENTS).sort()).toEqual(exported.sort())
  })

  it.each(Object.entries(STATEMENTS))("serve %s with the listed columns alone", async (_, run) => {
    await undone(database.knex, async (trx) => {
      for (const [table, columns] of Object.entries(MEDUSA_TABLES)) {
        const listed = Object.keys(columns)
        const { rows } = await trx.raw<{ rows: { column_name: string }[] }>(
          `SELECT column_name FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name = ?`,
          [table],
        )
        for (const { column_name } of rows.filter((row) => !listed.includes(row.column_name))) {
          await trx.raw(`ALTER TABLE ?? DROP COLUMN ?? CASCADE`, [table, column_name])
        }
      }
      await run(trx)
    })
  })
})
