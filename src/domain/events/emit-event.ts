import type { IEventBusModuleService, Logger } from "@medusajs/framework/types"
import { withDeadline } from "../timing/deadline"

/**
 * Makes Redis's queue delete an event once it is handled or has failed, since some events carry a token. Other
 * event buses have no queue and ignore this.
 */
export const DISCARD_WHEN_DONE: Record<string, unknown> = {
  removeOnComplete: true,
  removeOnFail: true,
}
/** How long an event bus may take. Requests must not hang with it. */
const EVENT_BUS_TIMEOUT_MS = 2000

export type Emitter = {
  eventBus: Pick<IEventBusModuleService, "emit">
  logger: Pick<Logger, "warn" | "error">
}

/**
 * Emits events that may be lost: the work is already done, or the sweep does it later. If the event bus fails
 * or hangs, the caller goes on after at most two seconds, and a log line says so.
 *
 * @param data of one event, or a list with the data of several
 * @param level of the log line if the events are lost
 * @returns whether they were emitted. Never throws.
 */
export async function emitEvent(
  { name, data }: { name: string; data: object | object[] },
  emitter: Emitter,
  { level = "warn", ...options }: { level?: "warn" | "error"; [option: string]: unknown } = {},
): Promise<boolean> {
  const events = [data].flat().map((data) => ({ name, data }))
  try {
    const emitted = emitter.eventBus.emit(events, { ...DISCARD_WHEN_DONE, ...options })
    await withDeadline(emitted, EVENT_BUS_TIMEOUT_MS, "the event bus")
    return true
  } catch (error) {
    const why = (error as Error).message
    emitter.logger[level](`medusa-plugin-password-reset: the event ${name} was lost (${why})`)
    return false
  }
}
