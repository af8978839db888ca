import { type RateLimiterAbstract, RateLimiterMemory } from "rate-limiter-flexible"
import { type Limit, type SharedStore, StoreUnavailable } from "../shared-store"

export const SECOND = 1000
const DAY = 24 * 3600

/** A store that all instances of a test share; it can go away, and counts what it is asked. */
export class TestStore implements SharedStore {
  asked = 0
  isAway = false
  private readonly limiters = new Map<string, RateLimiterAbstract>()

  limiter(name: string, { limit, window }: Limit): RateLimiterAbstract {
    const id = `${name} ${limit} ${window}`
    const limiter =
      this.limiters.get(id) ??
      // A timer can't be set for longer; databases, which this one stands for, need none.
      new RateLimiterMemory({ points: limit, duration: Math.min(window, 20 * DAY) })
    this.limiters.set(id, limiter)
    return limiter
  }

  async ask<T>(operation: () => Promise<T>): Promise<T> {
    this.asked++
    if (this.isAway) {
      throw new StoreUnavailable()
    }
    return operation()
  }
}

/**
 * Lets a spec's time stand still.
 *
 * @returns a function that lets so many milliseconds pass
 */
export function useFakeTime(): (milliseconds: number) => void {
  beforeEach(() => {
    jest.useFakeTimers({ now: new Date("2026-11-21T12:00:00Z") })
  })
  afterEach(() => {
    jest.useRealTimers()
  })
  return (milliseconds) => jest.advanceTimersByTime(milliseconds)
}
