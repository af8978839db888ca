import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible"
import { BoundedMap } from "./bounded-map"

/** So many in so many seconds, counted from the first. */
export type Limit = { limit: number; window: number }

/** What a limiter says to an attempt. */
export type Verdict = Admission | Refusal
/** `takeBack`: it was no attempt, or a good one, and shall not count. */
export type Admission = { allowed: true; takeBack(): Promise<void> }
/** `retryAfter` is in whole seconds, at least 1. */
export type Refusal = { allowed: false; limit: Limit; retryAfter: number }

/** What is said where nothing is counted. */
export const ALLOWED: Admission = { allowed: true, takeBack: async () => undefined }

/** The store that all instances share, and whether it is to be asked at all at the moment. */
export type SharedStore = {
  limiter(name: string, limit: Limit): RateLimiterAbstract
  /** Runs an operation on the shared store, or throws `StoreAway`, at once or after a second. */
  ask<T>(operation: () => Promise<T>): Promise<T>
}

/** Thrown where the shared store gives no answer; memory counts instead. */
export class StoreAway extends Error {}

/** How long a refusal is repeated from memory before the store is asked again, in milliseconds. */
const RECHECK_MS = 10_000
/** How many refused keys are remembered; a botnet must not fill the memory. */
const MAX_BLOCKED_KEYS = 10_000

/**
 * One limit, counted in the store that all instances share. Refused keys are refused from memory,
 * so that a flood costs next to nothing, and looked up again every ten seconds, since another
 * instance may have cleared them. While the store is away, this instance counts for itself.
 */
export class Limiter {
  private readonly shared: RateLimiterAbstract
  private readonly alone: RateLimiterMemory
  private readonly blocked = new BoundedMap<string, { until: number; recheck: number }>(
    MAX_BLOCKED_KEYS,
  )

  /** @param instances how many share the limit while each counts for itself */
  constructor(
    name: string,
    private readonly limit: Limit,
    private readonly store: SharedStore,
    instances: number,
  ) {
    this.shared = store.limiter(name, limit)
    this.alone = new RateLimiterMemory({
      points: Math.ceil(limit.limit / instances),
      duration: limit.window,
    })
  }

  /** Whether memory alone refuses the key; asks nobody. */
  recall(key: string): Refusal | undefined {
    const block = this.blocked.get(key)
    const now = Date.now()
    if (!block || block.recheck <= now || block.until <= now) {
      return undefined
    }
    return this.refusal(block.until - now)
  }

  /** Counts one attempt, and says whether it is within the limit. One that is not does not count. */
  async consume(key: string): Promise<Verdict> {
    const refused = this.recall(key)
    if (refused) {
      return refused
    }
    return this.either(async (limiter) => {
      try {
        const { msBeforeNext } = await limiter.consume(key)
        const windowEnd = Date.now() + msBeforeNext
        return { allowed: true, takeBack: () => this.takeBack(limiter, key, windowEnd) }
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) {
          throw error
        }
        this.block(key, error.msBeforeNext)
        await limiter.reward(key)
        return this.refusal(error.msBeforeNext)
      }
    })
  }

  /** Forgets the key. */
  async clear(key: string): Promise<void> {
    this.blocked.delete(key)
    await this.either((limiter) => limiter.delete(key))
  }

  /** In the counter that it was counted in, as long as that still knows of it. */
  private async takeBack(limiter: RateLimiterAbstract, key: string, windowEnd: number) {
    this.blocked.delete(key)
    if (Date.now() >= windowEnd) {
      return
    }
    const work = async () => {
      const { consumedPoints } = await limiter.reward(key)
      if (consumedPoints < 0) {
        await limiter.delete(key) // It was cleared meanwhile; nobody gets credit.
      }
    }
    if (limiter === this.alone) {
      return work()
    }
    try {
      await this.store.ask(work)
    } catch (error) {
      if (!(error instanceof StoreAway)) {
        throw error
      }
    }
  }

  private async either<T>(operation: (limiter: RateLimiterAbstract) => Promise<T>): Promise<T> {
    try {
      return await this.store.ask(() => operation(this.shared))
    } catch (error) {
      if (error instanceof StoreAway) {
        return operation(this.alone)
      }
      throw error
    }
  }

  private block(key: string, milliseconds: number) {
    const now = Date.now()
    this.blocked.set(key, { until: now + milliseconds, recheck: now + RECHECK_MS })
  }

  private refusal(milliseconds: number): Refusal {
    return {
      allowed: false,
      limit: this.limit,
      retryAfter: Math.max(1, Math.ceil(milliseconds / 1000)),
    }
  }
}
