import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { createConnection } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { freePort } from "./postgres.mjs"

/** A real Redis of its own, which keeps nothing on disk, and can be killed. */
export class Redis {
  /**
   * @returns {Promise<Redis>} one that answers
   * @throws Error that says what to install, where there is no `redis-server` on the path
   */
  static async start() {
    const redis = new Redis()
    redis.folder = await mkdtemp(join(tmpdir(), "redis-"))
    redis.port = await freePort()
    try {
      await redis.up()
    } catch (error) {
      await rm(redis.folder, { recursive: true, force: true })
      throw error
    }
    return redis
  }

  get url() {
    return `redis://127.0.0.1:${this.port}`
  }

  async up() {
    const { folder: dir, port } = this
    const settings = { port, bind: "127.0.0.1", dir, save: "", appendonly: "no" }
    this.child = spawn(
      "redis-server",
      Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
      { stdio: "ignore" },
    )
    const { child } = this
    const end = () => child.kill("SIGKILL") // It must not outlive this process.
    process.once("exit", end)
    child.once("exit", () => process.off("exit", end))
    const failed = once(child, "error").then(([error]) => {
      throw new Error(
        `redis-server can't be started (${error.message}): apt-get install redis-server`,
      )
    })
    const ended = once(child, "exit").then(() => {
      throw new Error("redis-server ended at once")
    })
    ended.catch(() => undefined) // It ends later, when it is told to.
    await Promise.race([failed, ended, answers(port)])
  }

  /** Ends it as a crash does: all that it knew is lost. */
  async kill() {
    await this.end("SIGKILL")
  }

  async stop() {
    await this.end("SIGTERM")
    await rm(this.folder, { recursive: true, force: true })
  }

  async end(signal) {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = once(this.child, "exit")
      this.child.kill(signal)
      await gone
    }
  }
}

/** Resolves when somebody listens on the port. */
async function answers(port) {
  for (;;) {
    const socket = createConnection(port, "127.0.0.1")
    const isOpen = await Promise.race([
      once(socket, "connect").then(() => true),
      once(socket, "error").then(() => false),
    ]).catch(() => false)
    socket.destroy()
    if (isOpen) {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
