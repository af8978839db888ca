import { randomBytes } from "node:crypto"
import { cp, readFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { installStore, packPlugin } from "../support/installed-store.mjs"
import { freePort } from "../support/free-port.ts"
import { Store } from "../support/store.mjs"

const ROOT = fileURLToPath(new URL("..", import.meta.url))

/** Folders of stores that know the packed plugin by its name: as they would be installed. */
export async function installStores(names) {
  const { folder, remove } = await packPlugin()
  try {
    const homes = names.map((name) => join(ROOT, ".cache/bench", name))
    for (const [index, home] of homes.entries()) {
      await installStore(home, { plugin: folder, template: join(ROOT, "bench/stores/shared") })
      await cp(join(ROOT, "bench/stores", names[index]), home, { recursive: true })
    }
    return homes
  } finally {
    await remove()
  }
}

/** One of the two shops: a store, its database, and the server that is started and stopped. */
export class Shop {
  /**
   * @param {string} name
   * @param {{ home: string, postgres: Awaited<ReturnType<import("../support/postgres.ts").startPostgres>>, sink: { url: string } }} parts
   */
  constructor(name, { home, postgres, sink }) {
    this.name = name
    this.home = home
    this.database = `bench_${name}`
    this.postgres = postgres
    this.env = {
      NODE_ENV: "production",
      LOG_LEVEL: "warn",
      DATABASE_URL: postgres.urlOf(this.database),
      SMTP_URL: sink.url,
      JWT_SECRET: randomBytes(32).toString("hex"),
      COOKIE_SECRET: randomBytes(32).toString("hex"),
    }
  }

  query = (statement) => this.postgres.query(this.database, statement)

  /** Creates the database, and the key that storefronts have. */
  async prepare() {
    await this.postgres.createDatabase(this.database)
    const store = new Store({ cwd: this.home, env: this.env })
    await store.run("db:migrate")
    await store.run("exec", "./scripts/publishable-key.js")
    this.publishable = /publishable key (pk_\w+)/.exec(store.log)?.[1]
    if (!this.publishable) {
      throw new Error(`${this.name} has no publishable key:\n${store.lastLines()}`)
    }
  }

  /** @returns {Promise<number>} how long it took until it answered, in milliseconds */
  async start(options = {}) {
    const port = await freePort()
    const env = {
      ...this.env,
      BACKEND_URL: `http://localhost:${port}`,
      PLUGIN_OPTIONS: JSON.stringify(options),
    }
    this.store = new Store({ cwd: this.home, env })
    const began = performance.now()
    this.url = await this.store.start(port)
    return performance.now() - began
  }

  async stop() {
    await this.store?.stop()
    this.store = undefined
  }

  get pid() {
    return this.store.server.pid
  }

  /** The server's resident memory, in bytes. */
  async memory() {
    const status = await readFile(`/proc/${this.pid}/status`, "utf8")
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) * 1024
  }

  /** Signs an account in. @returns {Promise<string>} its JWT */
  async signIn(email, password) {
    const response = await fetch(`${this.url}/auth/customer/emailpass`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    })
    const { token } = await response.json()
    return token
  }
}
