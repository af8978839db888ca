import { MetadataStorage } from "@medusajs/framework/mikro-orm/core"

// Each spec file loads Medusa anew in the same process, so its models must not be registered twice.
MetadataStorage.clear()

process.env.LOG_LEVEL ??= "error"

// The tests empty their Redis, so each worker of jest gets its own database in it.
if (process.env.REDIS_URL) {
  const url = new URL(process.env.REDIS_URL)
  url.pathname = process.env.JEST_WORKER_ID ?? "1"
  process.env.REDIS_URL = url.href
}
