import { randomBytes } from "node:crypto"
import { fileURLToPath } from "node:url"
import { startInbox } from "./inbox.mjs"
import { freePort } from "./free-port.ts"
import { startPostgres } from "./postgres.ts"
import { stopOnSignal } from "./shutdown.ts"
import { Store } from "./store.mjs"

const ROOT = fileURLToPath(new URL("..", import.meta.url))

/**
 * Starts all that a shop needs: Postgres, a mail server, and Medusa with the plugin.
 *
 * @param {object} [options]
 * @param {boolean} [options.admin] whether to serve the admin, too
 * @param {boolean} [options.quiet] whether to keep Medusa's log to itself
 * @param {number} [options.port] of Medusa; a free one by default
 * @param {string} [options.cwd] the store's folder; this repository by default
 * @param {Record<string, string>} [options.env] for Medusa, besides what it is told here
 * @param {(done: string, milliseconds: number) => void} [options.onStep]
 * @param {(store: Store) => Promise<void>} [options.beforeStart] runs on the migrated database
 */
export async function startShop({
  admin = false,
  quiet = true,
  port,
  cwd = ROOT,
  env = {},
  onStep = () => undefined,
  beforeStart = async () => undefined,
} = {}) {
  const started = []
  const stopAll = async () => {
    for (const part of started.reverse()) {
      await part.stop()
    }
  }
  let stopping
  const stop = () => (stopping ??= stopAll())
  stopOnSignal(stop)
  const step = async (name, work) => {
    const start = performance.now()
    const result = await work()
    onStep(name, performance.now() - start)
    return result
  }
  try {
    const postgres = await step("Postgres started", startPostgres)
    started.push(postgres)
    const inbox = await step("mail server started", startInbox)
    started.push(inbox)
    const listenOn = port ?? (await freePort())
    const url = `http://localhost:${listenOn}`
    const store = new Store({
      cwd,
      quiet,
      env: {
        DATABASE_URL: postgres.urlOf("shop"),
        SMTP_URL: inbox.smtpUrl,
        BACKEND_URL: url,
        JWT_SECRET: randomBytes(32).toString("hex"),
        COOKIE_SECRET: randomBytes(32).toString("hex"),
        DISABLE_MEDUSA_ADMIN: String(!admin),
        ...env,
      },
    })
    started.push(store)
    await step("database migrated", async () => {
      await postgres.createDatabase("shop")
      await store.run("db:migrate")
    })
    await beforeStart(store)
    await step("Medusa started", () => store.start(listenOn))
    return { url, store, inbox, postgres, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
