import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible"
import { BoundedMap } from "./bounded-map"
import { askOrElse, type Limit, type SharedStore } from "./shared-store"

/** A limiter's answer to an attempt. */
export type Verdict = Admission | Refusal
/** The attempt is within the limit. `takeBack` uncounts it, for attempts that turn out to be legitimate. */
export type Admission = { allowed: true; takeBack(): Promise<void> }
/** The attempt exceeds the limit. `retryAfter` is in whole seconds, at least 1. */
export type Refusal = { allowed: false; limit: Limit; retryAfter: number }

/** The answer to an attempt that is not counted. */
export const ALLOWED: Admission = { allowed: true, takeBack: async () => undefined }

/** How long a key is refused from memory before the store is asked again. */
const RECHECK_MS = 10_000
/** How many refused keys are kept in memory, which a botnet must not fill. */
const MAX_BLOCKED_KEYS = 10_000

/**
 * One limit, counted in the store that all instances share.
 *
 * A refused key is refused from memory, so that a flood costs no queries. Every ten seconds the store is asked
 * again, since another instance may have cleared the key. While the store is unavailable, each instance counts
 * for itself.
 */
export class Limiter {
  private readonly shared: RateLimiterAbstract
  private readonly local: RateLimiterMemory
  private readonly blocked = new BoundedMap<string, { until: number; recheck: number }>(
    MAX_BLOCKED_KEYS,
  )

  /** @param instances how many instances divide the limit while the store is unavailable */
  constructor(
    name: string,
    private readonly limit: Limit,
    private readonly store: SharedStore,
    instances: number,
  ) {
    this.shared = store.limiter(name, limit)
    this.local = new RateLimiterMemory({
      points: Math.ceil(limit.limit / instances),
      duration: limit.window,
    })
  }

  /** The refusal of a key that is known to be over the limit. Reads memory only. */
  recall(key: string): Refusal | undefined {
    const block = this.blocked.get(key)
    const now = Date.now()
    if (!block || block.recheck <= now || block.until <= now) {
      return undefined
    }
    return this.refusal(block.until - now)
  }

  /** Counts an attempt if it is within the limit. A refused attempt does not count. */
  async consume(key: string): Promise<Verdict> {
    const refused = this.recall(key)
    if (refused) {
      return refused
    }
    return this.count(async (limiter) => {
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

  /** Forgets all attempts of a key. */
  async clear(key: string): Promise<void> {
    this.blocked.delete(key)
    await this.count((limiter) => limiter.delete(key))
  }

  /** Uncounts an attempt in the counter that counted it, unless its window is over. */
  private async takeBack(limiter: RateLimiterAbstract, key: string, windowEnd: number) {
    this.blocked.delete(key)
    if (Date.now() >= windowEnd) {
      return
    }
    const work = async () => {
      const { consumedPoints } = await limiter.reward(key)
      if (consumedPoints < 0) {
        await limiter.delete(key) // The key was cleared meanwhile: it must not get extra attempts.
      }
    }
    if (limiter === this.local) {
      return work()
    }
    await askOrElse(this.store, work, () => undefined)
  }

  /** Runs an operation on the shared counter, or on this instance's own while the store is unavailable. */
  private count<T>(operation: (limiter: RateLimiterAbstract) => Promise<T>): Promise<T> {
    return askOrElse(
      this.store,
      () => operation(this.shared),
      () => operation(this.local),
    )
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
