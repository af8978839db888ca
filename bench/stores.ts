import { cp, readFile } from "node:fs/promises"
import { join } from "node:path"
import { Client, textAt } from "../support/client"
import { freePort } from "../support/free-port"
import { installStore, packPlugin } from "../support/installed-store"
import { ROOT } from "../support/paths"
import type { Postgres, Row } from "../support/postgres"
import { environmentOf } from "../support/shop"
import { type Environment, Store } from "../support/store"
import type { ShopName } from "./figures"

export type Query = <Found extends Row = Row>(statement: string) => Promise<Found[]>

const HOME = join(ROOT, ".cache/bench")
const STORES = join(ROOT, "bench/stores")
/** Of the migrations. A server that is started has one of its own. */
const BACKEND_URL = "http://localhost:9000"

/** Makes stores that know the packed plugin by its name, as they would be installed. Resolves to their folders. */
export async function installStores(): Promise<Record<ShopName, string>> {
  const { folder, remove } = await packPlugin()
  const install = async (name: ShopName) => {
    const home = join(HOME, name)
    await installStore(home, { plugin: folder, template: join(STORES, "shared") })
    await cp(join(STORES, name), home, { recursive: true })
    return home
  }
  try {
    return { core: await install("core"), plugin: await install("plugin") }
  } finally {
    await remove()
  }
}

/** One of the two shops: a store, its database, and the server that is started and stopped. */
export class Shop {
  /** The key that storefronts have. */
  publishable = ""
  private readonly database: string
  private readonly postgres: Postgres
  readonly home: string
  private readonly env: Environment
  private store: Store | undefined

  constructor(
    readonly name: ShopName,
    { home, postgres, sink }: { home: string; postgres: Postgres; sink: { url: string } },
  ) {
    this.home = home
    this.database = `bench_${name}`
    this.postgres = postgres
    const database = postgres.urlOf(this.database)
    this.env = {
      ...environmentOf({ database, smtp: sink.url, backend: BACKEND_URL }),
      NODE_ENV: "production",
      LOG_LEVEL: "warn",
    }
  }

  query: Query = (statement) => this.postgres.query(this.database, statement)

  get url(): string {
    return this.running.url
  }

  get pid(): number {
    return this.running.pid
  }

  /** Creates the database, and the key that storefronts have. */
  async prepare(): Promise<void> {
    await this.postgres.createDatabase(this.database)
    const store = new Store({ cwd: this.home, env: this.env })
    await store.run("db:migrate")
    await store.run("exec", "./scripts/publishable-key.js")
    const [, publishable] = /publishable key (pk_\w+)/.exec(store.log) ?? []
    if (!publishable) {
      throw new Error(`${this.name} has no publishable key:\n${store.lastLines()}`)
    }
    this.publishable = publishable
  }

  /**
   * Starts the server.
   *
   * @param options of the plugin
   * @returns how long it took until it answered, in milliseconds
   */
  async start(options: object = {}): Promise<number> {
    const port = await freePort()
    const env = {
      ...this.env,
      BACKEND_URL: `http://localhost:${port}`,
      PLUGIN_OPTIONS: JSON.stringify(options),
    }
    this.store = new Store({ cwd: this.home, env })
    const began = performance.now()
    await this.store.start(port)
    return performance.now() - began
  }

  async stop(): Promise<void> {
    await this.store?.stop()
    this.store = undefined
  }

  /** The server's resident memory, in bytes. */
  async memory(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, "utf8")
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024
  }

  /** Signs an account in. Resolves to its JWT. */
  async signIn(email: string, password: string): Promise<string> {
    return textAt(await new Client(this.url).login(email, password), "token")
  }

  private get running(): Store {
    if (!this.store) {
      throw new Error(`${this.name} has not been started`)
    }
    return this.store
  }
}
