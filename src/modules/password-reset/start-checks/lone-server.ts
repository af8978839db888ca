import { Modules } from "@medusajs/framework/utils"
import type { StartContext } from "./check"

/**
 * Warns of a `server` whose event bus stays inside the process. Medusa runs jobs in workers only, so nobody
 * would retry an email that failed.
 */
export function checkLoneServer({ config }: StartContext): string | undefined {
  const bus = config.modules?.[Modules.EVENT_BUS] as { resolve?: string } | undefined
  const isLocalBus = !bus?.resolve || bus.resolve.endsWith("event-bus-local")
  if (config.projectConfig.workerMode !== "server" || !isLocalBus) {
    return undefined
  }
  return (
    "this instance is a `server`, which runs no jobs, and its event bus reaches no `worker`: an email that " +
    "failed is not tried again. Start a `worker` on the same database, and set up " +
    "`@medusajs/medusa/event-bus-redis` for both"
  )
}
