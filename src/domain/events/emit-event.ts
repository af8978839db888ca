import type { IEventBusModuleService, Logger } from "@medusajs/framework/types"
import { withDeadline } from "../timing/deadline"

/** With Redis, the queue forgets an event when it is done: some carry a token. Other buses have no queue. */
export const DISCARD_WHEN_DONE: Record<string, unknown> = {
  removeOnComplete: true,
  removeOnFail: true,
}
/** How long an event bus may take. What is written down does not wait for it. */
const EVENT_BUS_TIMEOUT_MS = 2000

type Emitter = {
  eventBus: Pick<IEventBusModuleService, "emit">
  logger: Pick<Logger, "warn" | "error">
}

/**
 * Emits events of one name whose loss costs nothing: their work is done already, or a sweep makes up for
 * them. An event bus that is away or does not answer fails nothing and delays nothing.
 *
 * @param level of the log line when the event is lost
 * @returns whether it was emitted
 */
export async function emitEvent(
  { name, data }: { name: string; data: object | object[] },
  { eventBus, logger }: Emitter,
  { level = "warn", ...options }: { level?: "warn" | "error"; [option: string]: unknown } = {},
): Promise<boolean> {
  const events = [data].flat().map((data) => ({ name, data }))
  try {
    const emitted = eventBus.emit(events, { ...DISCARD_WHEN_DONE, ...options })
    await withDeadline(emitted, EVENT_BUS_TIMEOUT_MS, "the event bus")
    return true
  } catch (error) {
    const why = (error as Error).message
    logger[level](`medusa-plugin-password-reset: the event ${name} was lost (${why})`)
    return false
  }
}
