import type { MedusaContainer } from "@medusajs/framework/types"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import { emitEvent } from "../domain/events/emit-event"
import { PASSWORD_RESET_ACCEPTED } from "../domain/events/names"

/** With Redis, internal events come last otherwise, and somebody is waiting for the mail. */
const PRIORITY = 10

/**
 * Tells the workers, on whatever instance, that there is work. Requests that come close together share
 * one event; one that gets lost loses nothing, since the sweep looks for itself.
 */
export function wakeWorker(container: MedusaContainer): void {
  container.resolve(PASSWORD_RESET_MODULE).waking.add(undefined, async () => {
    const wakeUp = { name: PASSWORD_RESET_ACCEPTED, data: {} }
    await emitEvent(wakeUp, container, { internal: true, priority: PRIORITY })
  })
}
