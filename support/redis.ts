import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { createConnection } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { endChild, hasEnded, startChild } from "./children"
import { freePort } from "./free-port"
import { createTemporaryFolder, type TemporaryFolder } from "./temporary-folder"

const POLL_MS = 50

/** A real Redis of its own, which keeps nothing on disk, and can be killed. */
export class Redis {
  private child: ChildProcess | undefined

  private constructor(
    readonly port: number,
    private readonly folder: TemporaryFolder,
  ) {}

  /**
   * @returns one that answers
   * @throws Error that says what to install, where there is no `redis-server` on the path
   */
  static async start(): Promise<Redis> {
    const redis = new Redis(await freePort(), await createTemporaryFolder("redis"))
    try {
      await redis.up()
    } catch (error) {
      await redis.stop()
      throw error
    }
    return redis
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  async up(): Promise<void> {
    const settings = {
      port: String(this.port),
      bind: "127.0.0.1",
      dir: this.folder.path,
      save: "",
      appendonly: "no",
    }
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
    const child = startChild("redis-server", args, { stdio: "ignore" })
    this.child = child
    const ended = once(child, "exit").then(
      () => {
        throw new Error("redis-server ended at once")
      },
      ({ message }: Error) => {
        throw new Error(`redis-server can't be started (${message}): apt-get install redis-server`)
      },
    )
    ended.catch(() => undefined) // It ends later, when it is told to.
    await Promise.race([ended, answers(child, this.port)])
  }

  /** Ends it as a crash does: all that it knew is lost. */
  async kill(): Promise<void> {
    await this.end("SIGKILL")
  }

  async stop(): Promise<void> {
    await this.end("SIGTERM")
    await this.folder.remove()
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child) {
      await endChild(this.child, signal)
    }
  }
}

/** Resolves when the server listens on the port. */
async function answers(child: ChildProcess, port: number): Promise<void> {
  while (!hasEnded(child)) {
    const socket = createConnection(port, "127.0.0.1")
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (isOpen) {
      return
    }
    await sleep(POLL_MS)
  }
}
