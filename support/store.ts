import type { ChildProcess } from "node:child_process"
import { once } from "node:events"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { endChild, hasEnded, startChild } from "./children"
import { until } from "./until"

export type Environment = Record<string, string | undefined>

/** Medusa's command line, run in a store's folder with a store's environment. */
export class Store {
  readonly cwd: string
  readonly env: Environment
  /** Whether Medusa's log is kept back instead of printed. */
  isQuiet: boolean
  /** Everything that Medusa has printed. */
  log = ""
  private readonly cli: string
  private address: string | undefined
  private child: ChildProcess | undefined

  constructor({ cwd, env, isQuiet = true }: { cwd: string; env: Environment; isQuiet?: boolean }) {
    const { resolve } = createRequire(join(cwd, "package.json"))
    this.cli = join(dirname(resolve("@medusajs/cli/package.json")), "cli.js")
    this.cwd = cwd
    this.isQuiet = isQuiet
    this.env = {
      MEDUSA_DISABLE_TELEMETRY: "true",
      DISABLE_MEDUSA_ADMIN: "true",
      NODE_ENV: "development",
      ...process.env,
      ...env,
    }
  }

  /** Where the server listens. */
  get url(): string {
    return known(this.address)
  }

  get pid(): number {
    return known(this.child?.pid)
  }

  /** Runs a command to its end. Rejects, with what it printed, when it fails. */
  async run(...args: string[]): Promise<void> {
    const child = this.spawn(args)
    const [code] = (await once(child, "close")) as [number | null]
    if (code !== 0) {
      throw new Error(`medusa ${args.join(" ")} ended with ${code}:\n${this.lastLines()}`)
    }
  }

  /** Starts the server and waits until it is healthy. Resolves to its URL. */
  async start(port: number): Promise<string> {
    const url = `http://localhost:${port}`
    const child = this.spawn(["start", "--port", String(port), "--types=false"])
    this.address = url
    this.child = child
    const isOver = async () => hasEnded(child) || (await isHealthy(url))
    await until(isOver, "Medusa to start").catch(() => undefined)
    if (hasEnded(child) || !(await isHealthy(url))) {
      await this.stop()
      throw new Error(`Medusa did not start:\n${this.lastLines()}`)
    }
    return url
  }

  /** Starts the server anew that was stopped or killed, on the port of before. */
  again(): Promise<string> {
    return this.start(Number(new URL(this.url).port))
  }

  /** Stops the server, if need be by force. */
  async stop(): Promise<void> {
    await this.end("SIGTERM")
  }

  /** Kills the server, as a crash does. Resolves when it is gone. */
  async kill(): Promise<void> {
    await this.end("SIGKILL")
  }

  lastLines(count = 40): string {
    return this.log.trimEnd().split("\n").slice(-count).join("\n")
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child) {
      await endChild(this.child, signal)
    }
  }

  private spawn(args: string[]): ChildProcess {
    const child = startChild(process.execPath, [this.cli, ...args], {
      cwd: this.cwd,
      env: this.env,
      stdio: ["ignore", "pipe", "pipe"],
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (chunk: string) => {
        this.log += chunk
        if (!this.isQuiet) {
          process.stdout.write(chunk)
        }
      })
    }
    return child
  }
}

async function isHealthy(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  )
}

function known<Value>(value: Value | undefined): Value {
  if (value === undefined) {
    throw new Error("Medusa has not been started")
  }
  return value
}
