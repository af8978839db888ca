import { MetadataStorage } from "@medusajs/framework/mikro-orm/core"

// Every spec file loads Medusa anew, in one process: models must not be met twice.
MetadataStorage.clear()

process.env.LOG_LEVEL ??= "error"
