import { EventEmitter, once } from "node:events"
import { type RateLimiterAbstract, RateLimiterMemory } from "rate-limiter-flexible"
import { type Limit, type SharedStore, StoreUnavailable } from "../shared-store"

export const SECOND = 1000
const DAY = 24 * 3600

/** A store that all instances of a test share; it can go away or be slow, and counts what it is asked. */
export class TestStore implements SharedStore {
  asked = 0
  isAway = false
  /** Whether it does what it is asked, but answers only when `catchUp` is called. */
  isSlow = false
  private readonly late: Promise<unknown>[] = []
  private readonly answers = new EventEmitter().setMaxListeners(0)
  private readonly limiters = new Map<string, RateLimiterAbstract>()

  limiter(name: string, { limit, window }: Limit): RateLimiterAbstract {
    const id = `${name} ${limit} ${window}`
    const known = this.limiters.get(id)
    if (known) {
      return known
    }
    // A timer can't be set for longer; databases, which this one stands for, need none.
    const limiter = new RateLimiterMemory({ points: limit, duration: Math.min(window, 20 * DAY) })
    for (const method of ["consume", "reward"] as const) {
      const answer = limiter[method].bind(limiter)
      limiter[method] = async (key, points) => {
        const asked = answer(key, points)
        if (this.isSlow) {
          await Promise.allSettled([asked, once(this.answers, "all")])
        }
        return asked
      }
    }
    this.limiters.set(id, limiter)
    return limiter
  }

  /** Answers what it was asked while it was slow. */
  async catchUp(): Promise<void> {
    this.isSlow = false
    this.answers.emit("all")
    await Promise.allSettled(this.late.splice(0))
  }

  async ask<T>(operation: () => Promise<T>): Promise<T> {
    this.asked++
    if (this.isAway) {
      throw new StoreUnavailable()
    }
    if (this.isSlow) {
      this.late.push(operation())
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
