import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { TestDatabaseUtils } from "@medusajs/test-utils"
import { DatabaseSnapshot } from "../database-snapshot"
import { connectTo, createStoreDatabase } from "../store-database"

/** A table that has rows as soon as it is migrated. */
const INSERT = `INSERT INTO currency (code, symbol, symbol_native, name, raw_rounding) VALUES`

describe("the database of the tests, taken back to a snapshot,", () => {
  let name: string
  let knex: Knex
  let snapshot: DatabaseSnapshot

  beforeAll(async () => {
    const database = await createStoreDatabase()
    name = database.name
    knex = connectTo(database.url)
    snapshot = await DatabaseSnapshot.take(knex)
  })
  afterAll(async () => {
    await knex.destroy()
    await TestDatabaseUtils.dbTestUtilFactory().shutdown(name)
  })

  const currencies = async () =>
    (await knex.raw(`SELECT code, name FROM currency ORDER BY code`)).rows

  it("has no rows in tables that had none, whatever refers to them", async () => {
    await knex.raw(`INSERT INTO auth_identity (id) VALUES ('a')`)
    await knex.raw(`INSERT INTO provider_identity (id, entity_id, provider, auth_identity_id)
                    VALUES ('p', 'jane@shop.example', 'emailpass', 'a')`)
    await snapshot.restore()

    for (const table of ["auth_identity", "provider_identity"]) {
      expect((await knex.raw(`SELECT FROM ${table}`)).rows).toEqual([])
    }
  })

  it.each([
    ["added to", `${INSERT} ('zzz', 'Z', 'Z', 'Zed', '{}')`],
    ["changed", `UPDATE currency SET name = 'Dollars' WHERE code = 'usd'`],
    ["emptied", `DELETE FROM currency`],
  ])("has the rows that it had in a table that was %s", async (_, statement) => {
    const before = await currencies()
    await knex.raw(statement)
    expect(await currencies()).not.toEqual(before)
    await snapshot.restore()

    expect(before.length).toBeGreaterThan(1)
    expect(await currencies()).toEqual(before)
  })

  it("goes on counting where it counted", async () => {
    const next = async () =>
      (await knex.raw(`SELECT nextval('order_display_id_seq') AS value`)).rows[0].value
    const first = await next()
    await snapshot.restore()

    expect(await next()).toBe(first)
    await snapshot.restore()
  })

  it.each([
    ["a column", `ALTER TABLE currency ADD extra text`, `ALTER TABLE currency DROP extra`],
    ["a table", `CREATE TABLE extra ()`, `DROP TABLE extra`],
    ["an index", `CREATE INDEX extra ON currency (name)`, `DROP INDEX extra`],
    [
      "a function",
      `CREATE FUNCTION extra() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
      `DROP FUNCTION extra`,
    ],
  ])("is refused where a test has left %s", async (_, leave, undo) => {
    await knex.raw(leave)
    await expect(snapshot.restore()).rejects.toThrow("another schema than it found")

    await knex.raw(undo)
    await snapshot.restore()
  })
})
