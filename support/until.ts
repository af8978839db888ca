import { setTimeout as sleep } from "node:timers/promises"

const POLL_MS = 20
/** Only what never comes takes so long, on a machine ten times as slow as a usual one as well. */
const PATIENCE_MS = 240_000

type Falsy = false | 0 | "" | null | undefined

/**
 * Waits until a condition gives something that is true, and resolves to it.
 *
 * @param what is waited for, as the error names it
 * @param timeoutMs only for what must not take longer, or need not come
 * @throws Error after `timeoutMs`, and whatever the condition throws
 */
export async function until<Found>(
  condition: () => Found | Promise<Found>,
  what: string,
  timeoutMs = PATIENCE_MS,
): Promise<Exclude<Found, Falsy>> {
  for (const end = Date.now() + timeoutMs; ;) {
    const found = await condition()
    if (found) {
      return found as Exclude<Found, Falsy>
    }
    if (Date.now() >= end) {
      throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}`)
    }
    await sleep(POLL_MS)
  }
}
