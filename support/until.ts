import { setTimeout as sleep } from "node:timers/promises"

const POLL_MS = 20
const DEFAULT_TIMEOUT_MS = 10_000

type Falsy = false | 0 | "" | null | undefined

/**
 * Waits until a condition gives something that is true, and resolves to it.
 *
 * @param what is waited for, as the error names it
 * @throws Error after `timeoutMs`, and whatever the condition throws
 */
export async function until<Found>(
  condition: () => Found | Promise<Found>,
  what: string,
  timeoutMs = DEFAULT_TIMEOUT_MS,
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
