import { MetadataStorage } from "@medusajs/framework/mikro-orm/core"

// Every spec file loads Medusa anew, in one process: models must not be met twice.
MetadataStorage.clear()

process.env.LOG_LEVEL ??= "error"

// The tests empty their Redis: each worker has a database of its own there.
if (process.env.REDIS_URL) {
  const url = new URL(process.env.REDIS_URL)
  url.pathname = process.env.JEST_WORKER_ID ?? "1"
  process.env.REDIS_URL = url.href
}
