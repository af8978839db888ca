import { spawn } from "node:child_process"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"

/**
 * Medusa's command line, run in a store's folder with a store's environment.
 *
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, quiet?: boolean }} store
 */
export class Store {
  constructor({ cwd, env, quiet = true }) {
    const require = createRequire(join(cwd, "package.json"))
    this.cli = join(dirname(require.resolve("@medusajs/cli/package.json")), "cli.js")
    this.cwd = cwd
    this.quiet = quiet
    this.log = ""
    this.env = {
      MEDUSA_DISABLE_TELEMETRY: "true",
      DISABLE_MEDUSA_ADMIN: "true",
      NODE_ENV: "development",
      ...process.env,
      ...env,
    }
  }

  /** Runs a command to its end. Rejects, with what it printed, when it fails. */
  async run(...args) {
    const child = this.spawn(args)
    const code = await new Promise((resolve) => child.once("exit", resolve))
    if (code !== 0) {
      throw new Error(`medusa ${args.join(" ")} ended with ${code}:\n${this.lastLines()}`)
    }
  }

  /** Starts the server and waits until it is healthy; at most `timeout` seconds. */
  async start(port, { timeout = 120 } = {}) {
    this.url = `http://localhost:${port}`
    this.server = this.spawn(["start", "--port", String(port), "--types=false"])
    let exited = false
    this.exit = new Promise((resolve) => this.server.once("exit", resolve)).then(
      () => (exited = true),
    )
    for (const end = Date.now() + timeout * 1000; Date.now() < end && !exited;) {
      const healthy = await fetch(`${this.url}/health`).then(
        (response) => response.ok,
        () => false,
      )
      if (healthy) {
        return this.url
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await this.stop()
    throw new Error(`Medusa did not start:\n${this.lastLines()}`)
  }

  /** Stops the server, if need be by force. */
  async stop() {
    if (!this.server || this.server.exitCode !== null || this.server.signalCode !== null) {
      return
    }
    this.server.kill("SIGTERM")
    const force = setTimeout(() => this.server.kill("SIGKILL"), 15_000)
    await this.exit
    clearTimeout(force)
  }

  /** Kills the server, as a crash does. Resolves when it is gone. */
  async kill() {
    this.server.kill("SIGKILL")
    await this.exit
  }

  lastLines(count = 40) {
    return this.log.trimEnd().split("\n").slice(-count).join("\n")
  }

  spawn(args) {
    const child = spawn(process.execPath, [this.cli, ...args], {
      cwd: this.cwd,
      env: this.env,
      stdio: ["ignore", "pipe", "pipe"],
    })
    const end = () => child.kill("SIGKILL") // Nothing outlives this process.
    process.once("exit", end)
    child.once("exit", () => process.off("exit", end))
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        this.log += chunk
        if (!this.quiet) {
          process.stdout.write(chunk)
        }
      })
    }
    return child
  }
}
