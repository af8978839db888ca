import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { withDeadline } from "../timing/deadline"

/** With Redis, the queue forgets an event with its end: some carry a token. Other event buses have no queue. */
export const DISCARD_WHEN_DONE: Record<string, unknown> = {
  removeOnComplete: true,
  removeOnFail: true,
}
/** How long an event bus may take, in milliseconds: what is written down does not wait for it. */
const EVENT_BUS_TIMEOUT_MS = 2000

/**
 * Emits events of one name whose work is done already, or is made up for: an event bus that is away, or
 * gives no answer, fails nothing and holds nothing up.
 *
 * @param level of the line in the log where it got lost
 * @returns whether it is out
 */
export async function emitEvent(
  { name, data }: { name: string; data: object | object[] },
  container: MedusaContainer,
  { level = "warn", ...options }: { level?: "warn" | "error"; [option: string]: unknown } = {},
): Promise<boolean> {
  const events = [data].flat().map((data) => ({ name, data }))
  try {
    const emitted = container.resolve(Modules.EVENT_BUS).emit(events, {
      ...DISCARD_WHEN_DONE,
      ...options,
    })
    await withDeadline(emitted, EVENT_BUS_TIMEOUT_MS, "the event bus")
    return true
  } catch (error) {
    const why = (error as Error).message
    container
      .resolve(ContainerRegistrationKeys.LOGGER)
      [level](`medusa-plugin-password-reset: ${name} got lost (${why})`)
    return false
  }
}
