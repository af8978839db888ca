import { execFile } from "node:child_process"
import { randomBytes } from "node:crypto"
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { freePort } from "../support/postgres.mjs"
import { Store } from "../support/store.mjs"

const ROOT = fileURLToPath(new URL("..", import.meta.url))
const NAME = "medusa-plugin-password-reset"
const run = promisify(execFile)

/** Folders of stores that know the packed plugin by its name: as they would be installed. */
export async function installStores(names) {
  const folder = await mkdtemp(join(tmpdir(), `${NAME}-bench-`))
  try {
    await run("npm", ["pack", "--pack-destination", folder], { cwd: ROOT })
    const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"))
    await run("tar", ["-xzf", join(folder, tarball), "-C", folder])
    const homes = names.map((name) => join(ROOT, ".cache/bench", name))
    for (const [index, home] of homes.entries()) {
      await rm(home, { recursive: true, force: true })
      await mkdir(join(home, "node_modules"), { recursive: true })
      const source = join(ROOT, "bench/stores")
      await cp(join(source, names[index]), home, { recursive: true })
      await cp(join(source, "shared/medusa-config.js"), join(home, "shared/medusa-config.js"))
      await cp(join(source, "shared/package.json"), join(home, "package.json"))
      await cp(join(source, "shared/scripts"), join(home, "scripts"), { recursive: true })
      await cp(join(folder, "package"), join(home, "node_modules", NAME), { recursive: true })
    }
    return homes
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** One of the two shops: a store, its database, and the server that is started and stopped. */
export class Shop {
  /**
   * @param {string} name
   * @param {{ home: string, postgres: Awaited<ReturnType<import("../support/postgres.mjs").startPostgres>>, sink: { url: string } }} parts
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

  /** The server's resident memory, in bytes. */
  async memory() {
    const status = await readFile(`/proc/${this.store.server.pid}/status`, "utf8")
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
