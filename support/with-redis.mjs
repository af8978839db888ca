import { spawn } from "node:child_process"
import { once } from "node:events"
import { Redis } from "./redis.mjs"

/**
 * Runs a command beside a Redis of its own, which `REDIS_URL` names, and ends with the command's
 * exit code: `node support/with-redis.mjs npm test`. Needs `redis-server` on the path.
 */
const [command, ...args] = process.argv.slice(2)
const redis = await Redis.start().catch((error) => {
  console.error(error.message)
  process.exit(1)
})
const child = spawn(command, args, {
  stdio: "inherit",
  env: { ...process.env, REDIS_URL: redis.url },
})
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => child.kill(signal))
}
const [code] = await once(child, "exit")
await redis.stop()
process.exit(code ?? 1)
