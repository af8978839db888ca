import { Batcher } from "../timing/batcher"
import { emitEvent, type Emitter } from "./emit-event"
import { PASSWORD_RESET_ACCEPTED } from "./names"

/** How long requests share one wake-up. */
const WAKE_DELAY_MS = 10
/** With Redis, internal events come last otherwise, and somebody is waiting for the mail. */
const WAKE_PRIORITY = 10

/**
 * Tells the workers, on whatever instance, that there is work. Requests that arrive close together share
 * one event. A lost event loses nothing: the sweep looks for itself.
 */
export class WakeUp {
  private readonly batcher: Batcher<void>

  constructor(emitter: Emitter, onError: (error: Error) => void) {
    const wakeUp = { name: PASSWORD_RESET_ACCEPTED, data: {} }
    const send = async () => {
      await emitEvent(wakeUp, emitter, { internal: true, priority: WAKE_PRIORITY })
    }
    this.batcher = new Batcher({ delayMs: WAKE_DELAY_MS }, send, onError)
  }

  send(): void {
    this.batcher.add()
  }

  /** Resolves when no event is on its way, at the latest after `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    await this.batcher.drain(timeoutMs)
  }
}
