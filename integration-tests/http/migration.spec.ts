import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { mikroOrmCreateConnection, toMikroOrmEntities } from "@medusajs/framework/utils"
import { PasswordNotice } from "../../src/modules/password-reset/models/password-notice"
import { PasswordReset } from "../../src/modules/password-reset/models/password-reset"
import { OWN_MIGRATIONS, TestDatabase } from "../database"

const OWN_TABLES = [
  "password_notice",
  "password_reset",
  "password_reset_cutoff",
  "password_reset_known_client",
  "password_reset_throttle",
]
const STORE_MIGRATIONS = join(__dirname, "../store-module/migrations")

describe("the plugin's migration", () => {
  let database: TestDatabase
  const migrateOwn = () => database.migrate("passwordReset", OWN_MIGRATIONS)
  const migrateStore = () => database.migrate("brand", STORE_MIGRATIONS)

  beforeEach(async () => {
    database = await TestDatabase.create()
  })
  afterEach(() => database.drop())

  it.each([
    ["before", () => [migrateOwn, migrateStore]],
    ["after", () => [migrateStore, migrateOwn]],
  ])("runs %s the one of a store's module that is named after a round time", async (_, order) => {
    for (const migrate of order()) {
      await migrate()
    }

    expect(await database.tables()).toEqual(["mikro_orm_migrations", ...OWN_TABLES, "store_brand"])
  })

  it("has a name that tells whose it is, since Medusa knows migrations by their names only", async () => {
    const files = (await readdir(OWN_MIGRATIONS)).filter((file) => file.endsWith(".ts"))

    expect(files.length).toBeGreaterThan(0)
    for (const file of files) {
      expect(file).toMatch(/^Migration\d{14}_PasswordResetPlugin\w*\.ts$/)
      const exported: object = await import(join(OWN_MIGRATIONS, file))
      expect(Object.keys(exported)).toContain(file.replace(/\.ts$/, ""))
    }
  })

  it("leaves nothing behind when it is rolled back, and can be run again", async () => {
    await migrateOwn()
    await migrateStore()
    await database.rollBack("passwordReset", OWN_MIGRATIONS)

    expect(await database.tables()).toEqual(["mikro_orm_migrations", "store_brand"])
    await migrateOwn()
    expect(await database.tables()).toEqual(expect.arrayContaining(OWN_TABLES))
  })

  it("makes the tables that the models describe, and so does the snapshot", async () => {
    await migrateOwn()
    const models = toMikroOrmEntities([PasswordReset, PasswordNotice])
    const orm = await mikroOrmCreateConnection(
      {
        clientUrl: database.options.database.clientUrl,
        snapshotName: ".snapshot-medusa-password-reset",
      } as never,
      models,
      OWN_MIGRATIONS,
    )
    try {
      // By the snapshot, as `medusa plugin:db:generate` finds out whether there is anything to write.
      expect(await orm.getMigrator().checkMigrationNeeded()).toBe(false)
      // By the tables themselves.
      const changes = await orm.getSchemaGenerator().getUpdateSchemaSQL({ safe: true })
      expect(changes.split("\n").filter((line) => /"password_(reset|notice)"/.test(line))).toEqual(
        [],
      )
    } finally {
      await orm.close(true)
    }
  })
})
