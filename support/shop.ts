import { randomBytes } from "node:crypto"
import { freePort } from "./free-port"
import { type Inbox, startInbox } from "./inbox"
import { ROOT } from "./paths"
import { type Postgres, startPostgres } from "./postgres"
import { stopOnSignal } from "./shutdown"
import { type Environment, Store } from "./store"

/** Tells what was done, and how long it took. */
export type OnStep = (done: string, milliseconds: number) => void

export type ShopOptions = {
  /** Whether to serve the admin, too; `false` by default. */
  hasAdmin?: boolean
  /** Of Medusa; a free one by default. */
  port?: number
  /** The store's folder; this repository by default. */
  cwd?: string
  /** For Medusa, besides what it is told here. */
  env?: Environment
  onStep?: OnStep
  /** Runs on the migrated database, before Medusa starts. */
  beforeStart?: (store: Store) => Promise<void>
}

/** A running shop, with all that it needs. */
export type Shop = {
  url: string
  store: Store
  inbox: Inbox
  postgres: Postgres
  stop: () => Promise<void>
}

/** Starts all that a shop needs: Postgres, a mail server, and Medusa with the plugin. */
export async function startShop({
  hasAdmin = false,
  port,
  cwd = ROOT,
  env = {},
  onStep = () => undefined,
  beforeStart = async () => undefined,
}: ShopOptions = {}): Promise<Shop> {
  const started: { stop: () => Promise<void> }[] = []
  const stopAll = async () => {
    for (const part of started.reverse()) {
      await part.stop()
    }
  }
  let stopping: Promise<void> | undefined
  const stop = () => (stopping ??= stopAll())
  let store: Store | undefined
  stopOnSignal(async () => {
    await store?.kill() // In order, it would end after the database, on a busy machine.
    await stop()
  })
  const step = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
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
    const server = new Store({
      cwd,
      env: {
        ...environmentOf({ database: postgres.urlOf("shop"), smtp: inbox.smtpUrl, backend: url }),
        DISABLE_MEDUSA_ADMIN: String(!hasAdmin),
        ...env,
      },
    })
    store = server
    started.push(server)
    await step("database migrated", async () => {
      await postgres.createDatabase("shop")
      await server.run("db:migrate")
    })
    await beforeStart(server)
    await step("Medusa started", () => server.start(listenOn))
    return { url, store: server, inbox, postgres, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What a store's configuration reads, with secrets of its own. */
export function environmentOf(urls: {
  database: string
  smtp: string
  backend: string
}): Record<string, string> {
  return {
    DATABASE_URL: urls.database,
    SMTP_URL: urls.smtp,
    BACKEND_URL: urls.backend,
    JWT_SECRET: randomBytes(32).toString("hex"),
    COOKIE_SECRET: randomBytes(32).toString("hex"),
  }
}
