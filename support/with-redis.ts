import { runInForeground } from "./foreground"
import { runMain } from "./main"
import { Redis } from "./redis"
import { stopOnSignal } from "./shutdown"

/**
 * Runs a command beside a Redis of its own, which `REDIS_URL` names, and ends with the command's
 * exit code: `node --import tsx support/with-redis.ts npm test`. Needs `redis-server` on the path.
 */
runMain(async () => {
  const redis = await Redis.start()
  stopOnSignal(() => redis.stop())
  const code = await runInForeground(process.argv.slice(2), { REDIS_URL: redis.url })
  await redis.stop()
  process.exit(code)
})
