import { join } from "node:path"
import { container, logger, MedusaAppLoader } from "@medusajs/framework"
import { asValue } from "@medusajs/framework/awilix"
import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import {
  clearInstances,
  configLoaderOverride,
  initDb,
  TestDatabaseUtils,
  migrateDatabase,
  startApp,
  syncLinks,
} from "@medusajs/test-utils"
// eslint-disable-next-line @medusajs/import-from-framework-not-internal -- exported nowhere else
import { waitWorkflowExecutions } from "@medusajs/test-utils/dist/medusa-test-runner-utils/wait-workflow-executions"
import { DatabaseSnapshot } from "./database-snapshot"
import { connectTo, createStoreDatabase } from "./store-database"

const ROOT = join(__dirname, "..")

/** A store that runs in this process. */
export type RunningStore = { url: string; container: MedusaContainer }

/**
 * Runs a suite against one store, as `medusaIntegrationTestRunner` does, but in a fraction of the time.
 *
 * Medusa's runner migrates a new database for each file, loads all modules twice, and after each test
 * drops the database and copies it anew. This one combines the same parts of `@medusajs/test-utils` in
 * another way:
 *
 * |               | Medusa's runner               | here                                        |
 * |---------------|-------------------------------|---------------------------------------------|
 * | database      | created and migrated          | a copy of the one that `template.ts` made   |
 * | modules       | loaded to migrate, and to run | loaded to run                               |
 * | between tests | dropped and copied            | one statement restores it                   |
 *
 * `DatabaseSnapshot` says what a test can rely on. What the store keeps in memory lasts for the whole spec
 * file, as with Medusa's runner.
 *
 * @param options.configure runs before the store starts
 * @param options.hasNewModules whether the configuration has modules whose tables the template lacks. They
 *   are migrated then
 */
export function runStore(
  testSuite: (running: () => RunningStore) => void,
  { configure, hasNewModules }: { configure: () => Promise<void>; hasNewModules: boolean },
): void {
  let database: { name: string; url: string }
  let running: RunningStore | undefined
  let shutdown = async () => undefined as void
  let knex: Knex
  let snapshot: DatabaseSnapshot | undefined

  beforeAll(async () => {
    await configure()
    database = await createStoreDatabase()
    knex = connectTo(database.url)
    await configLoaderOverride(ROOT, { clientUrl: database.url })
    if (hasNewModules) {
      await migrate()
    }
    const app = await startApp({ cwd: ROOT })
    shutdown = app.shutdown
    running = { url: `http://localhost:${app.port}`, container: app.container }
    await waitWorkflowExecutions(app.container)
  })

  beforeEach(async () => {
    // Not earlier, because a suite may prepare data for all of its tests in `beforeAll`.
    snapshot ??= await DatabaseSnapshot.take(knex)
  })

  afterEach(async () => {
    if (running && snapshot) {
      await waitWorkflowExecutions(running.container)
      await snapshot.restore()
    }
  })

  afterAll(async () => {
    await shutdown()
    await clearInstances()
    await knex?.destroy()
    const utils = TestDatabaseUtils.dbTestUtilFactory()
    utils.pgConnection_ = container.resolve(ContainerRegistrationKeys.PG_CONNECTION, {
      allowUnregistered: true,
    })
    await utils.shutdown(database.name) // Closes its connections and drops it.
  })

  // An inner block: its `afterEach` hooks run before the one above. So what the suite does after a test
  // comes before the database is restored.
  describe("", () =>
    testSuite(() => {
      if (!running) {
        throw new Error("the store has not started")
      }
      return running
    }))
}

/** Migrates modules that the template lacks, as `medusa db:migrate` does. */
async function migrate(): Promise<void> {
  container.register({ [ContainerRegistrationKeys.LOGGER]: asValue(logger) })
  await initDb()
  const loader = new MedusaAppLoader()
  await migrateDatabase(loader)
  await syncLinks(loader, ROOT, container, logger)
  await clearInstances()
}
