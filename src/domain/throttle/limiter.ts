import { type RateLimiterAbstract, RateLimiterRes } from "rate-limiter-flexible"
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
/** How many keys are kept in memory, which a botnet must not fill. */
const MAX_KEYS = 10_000

/** What is known of a key that the store counts. */
type Known = {
  /** The store's last count. */
  points: number
  /** When its window ends. */
  until: number
  /** How much was counted here alone, and the store has not heard of yet. */
  owed: number
}

/**
 * One limit, counted in the store that all instances share.
 *
 * A refused key is refused from memory, so that a flood costs no queries. Every ten seconds the store is asked
 * again, since another instance may have cleared the key. While the store is unavailable, each instance goes on
 * from what it knows, and tells the store afterwards: whoever makes the store slow gains no attempts.
 */
export class Limiter {
  private readonly shared: RateLimiterAbstract
  private readonly known = new BoundedMap<string, Known>(MAX_KEYS)
  private readonly blocked = new BoundedMap<string, { until: number; recheck: number }>(MAX_KEYS)

  /** @param instances how many instances divide the limit while the store is unavailable */
  constructor(
    name: string,
    readonly limit: Limit,
    private readonly store: SharedStore,
    private readonly instances: number,
  ) {
    this.shared = store.limiter(name, limit)
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
    return (
      this.recall(key) ??
      askOrElse(
        this.store,
        () => this.consumeShared(key),
        () => this.consumeLocally(key),
      )
    )
  }

  /** Forgets all attempts of a key. */
  async clear(key: string): Promise<void> {
    this.blocked.delete(key)
    this.known.delete(key)
    await askOrElse<unknown>(
      this.store,
      () => this.shared.delete(key),
      () => undefined,
    )
  }

  private async consumeShared(key: string): Promise<Verdict> {
    const owed = this.knownOf(key)?.owed ?? 0
    const { points, msBeforeNext } = await count(this.shared, key, 1 + owed)
    const windowEnd = Date.now() + msBeforeNext
    const owedSince = Math.max(0, (this.knownOf(key)?.owed ?? 0) - owed) // While the store was slow.
    this.known.set(key, { points, until: windowEnd, owed: owedSince })
    if (points <= this.limit.limit) {
      return { allowed: true, takeBack: () => this.takeBack(key, windowEnd) }
    }
    this.block(key, msBeforeNext)
    await this.shared.reward(key)
    return this.refusal(msBeforeNext)
  }

  private consumeLocally(key: string): Verdict {
    const now = Date.now()
    const fresh: Known = { points: 0, until: now + this.limit.window * 1000, owed: 0 }
    const known = this.knownOf(key) ?? fresh
    if (this.shareOf(known.points) + known.owed >= this.shareOf(this.limit.limit)) {
      this.block(key, known.until - now)
      return this.refusal(known.until - now)
    }
    known.owed++
    this.known.set(key, known)
    return { allowed: true, takeBack: async () => this.takeBackLocally(key, known) }
  }

  /** Uncounts an attempt that the store has counted, unless its window is over. */
  private async takeBack(key: string, windowEnd: number) {
    this.blocked.delete(key)
    const known = this.knownOf(key)
    if (Date.now() >= windowEnd) {
      return
    }
    if (known) {
      known.points--
    }
    const work = async () => {
      const { consumedPoints } = await this.shared.reward(key)
      if (consumedPoints < 0) {
        await this.shared.delete(key) // The key was cleared meanwhile: it must not get extra attempts.
      }
    }
    await askOrElse(this.store, work, () => undefined)
  }

  /** Uncounts an attempt that was counted here alone, unless it was forgotten, or the store has heard of it. */
  private takeBackLocally(key: string, counted: Known) {
    this.blocked.delete(key)
    if (this.knownOf(key) === counted && counted.owed > 0) {
      counted.owed--
    }
  }

  private knownOf(key: string): Known | undefined {
    const known = this.known.get(key)
    return known && known.until > Date.now() ? known : undefined
  }

  /** This instance's part of so many attempts, rounded up. */
  private shareOf(points: number): number {
    return Math.ceil(points / this.instances)
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

/** Counts one attempt under several limits. The answers come in the same order. */
export async function consumeAll(
  counts: readonly (readonly [Limiter, string])[],
): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (const [limiter, key] of counts) {
    verdicts.push(await limiter.consume(key))
  }
  return verdicts
}

/** Uncounts what was admitted. */
export async function takeBack(admissions: readonly Admission[]): Promise<void> {
  await Promise.all(admissions.map((admission) => admission.takeBack()))
}

/** Counts attempts of a key, also past its limit. */
async function count(limiter: RateLimiterAbstract, key: string, points: number) {
  try {
    const { consumedPoints, msBeforeNext } = await limiter.consume(key, points)
    return { points: consumedPoints, msBeforeNext }
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) {
      throw error
    }
    return { points: error.consumedPoints, msBeforeNext: error.msBeforeNext }
  }
}
