import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { createConnection } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { freePort } from "./postgres.mjs"

/**
 * Runs a command beside a Redis of its own, which `REDIS_URL` names, and ends with the command's
 * exit code: `node support/with-redis.mjs npm test`. Needs `redis-server` on the path.
 */
const [command, ...args] = process.argv.slice(2)
const folder = await mkdtemp(join(tmpdir(), "redis-"))
const port = await freePort()
const settings = { port, bind: "127.0.0.1", dir: folder, save: "", appendonly: "no" }
const redis = spawn(
  "redis-server",
  Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
  { stdio: "ignore" },
)
const failed = once(redis, "error").then(([error]) => {
  console.error(`redis-server can't be started (${error.message}): apt-get install redis-server`)
  process.exit(1)
})
await Promise.race([failed, answers(port)])

const child = spawn(command, args, {
  stdio: "inherit",
  env: { ...process.env, REDIS_URL: `redis://127.0.0.1:${port}` },
})
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => child.kill(signal))
}
const [code] = await once(child, "exit")
redis.kill()
await once(redis, "exit")
await rm(folder, { recursive: true, force: true })
process.exit(code ?? 1)

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
