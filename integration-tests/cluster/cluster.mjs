import { execFile } from "node:child_process"
import { randomBytes } from "node:crypto"
import { mkdir, rm, symlink } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { installStore, packPlugin } from "../../support/installed-store.mjs"
import { MailServer } from "../../support/mail-server.mjs"
import { freePort } from "../../support/free-port.ts"
import { startPostgres } from "../../support/postgres.ts"
import { Redis } from "../../support/redis.ts"
import { stopOnSignal } from "../../support/shutdown.ts"
import { Store } from "../../support/store.mjs"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))
const HOME = join(ROOT, ".cache/cluster")
const template = join(ROOT, "integration-tests/host/store")
const run = promisify(execFile)

/** One shop of many instances, with all that it needs: Postgres, Redis, and a mail server. */
export class Cluster {
  /** @type {Store[]} */
  instances = []

  /** @param {object} options of the plugin */
  static async start(options) {
    const cluster = new Cluster()
    stopOnSignal(() => cluster.stop())
    try {
      cluster.redis = await Redis.start()
      cluster.mailServer = await MailServer.start()
      cluster.postgres = await startPostgres()
      cluster.env = {
        DATABASE_URL: cluster.postgres.urlOf("shop"),
        REDIS_URL: cluster.redis.url,
        SMTP_URL: cluster.mailServer.url,
        BACKEND_URL: "http://localhost:9000",
        MEDUSA_FF_CACHING: "true",
        JWT_SECRET: randomBytes(32).toString("hex"),
        COOKIE_SECRET: randomBytes(32).toString("hex"),
        PLUGIN_OPTIONS: JSON.stringify(options),
      }
      cluster.home = await install("current")
      await cluster.postgres.createDatabase("shop")
      await new Store({ cwd: cluster.home, env: cluster.env }).run("db:migrate")
      return cluster
    } catch (error) {
      await cluster.stop()
      throw error
    }
  }

  sql = (statement) => this.postgres.query("shop", statement)

  /**
   * Starts another instance.
   *
   * @param {"server" | "worker"} mode
   * @param {string} [home] of the store; the plugin's present build by default
   */
  async add(mode, home = this.home) {
    const instance = new Store({ cwd: home, env: { ...this.env, WORKER_MODE: mode } })
    this.instances.push(instance)
    await instance.start(await freePort())
    return instance
  }

  /** Starts an instance anew that was stopped or killed, where it was. */
  async again(instance) {
    await instance.start(Number(new URL(instance.url).port))
  }

  get log() {
    return this.instances.map(({ log }) => log).join("\n")
  }

  async stop() {
    await Promise.all(this.instances.map((instance) => instance.stop()))
    await this.postgres?.stop()
    await this.mailServer?.stop()
    await this.redis?.stop()
  }
}

/** A store with the plugin as it is in these sources. */
async function install(name, sources = ROOT) {
  const { folder, remove } = await packPlugin(sources)
  try {
    const home = join(HOME, name)
    await installStore(home, { plugin: folder, template })
    return home
  } finally {
    await remove()
  }
}

/**
 * A store with the plugin as it was at a commit.
 *
 * @returns {Promise<string | undefined>} undefined in a clone that does not have the commit
 */
export async function installPrevious(commit) {
  const sources = join(HOME, "sources")
  const archive = join(HOME, "sources.tar")
  await rm(sources, { recursive: true, force: true })
  await mkdir(sources, { recursive: true })
  try {
    await run("git", ["archive", "--output", archive, commit], { cwd: ROOT })
  } catch {
    return undefined
  }
  await run("tar", ["-xf", archive, "-C", sources])
  await symlink(join(ROOT, "node_modules"), join(sources, "node_modules"))
  return install("previous", sources)
}
