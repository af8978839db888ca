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
  /** The store's last count, with what it is being told. */
  points: number
  /** When its window ends. */
  until: number
  /** How much was counted (or, below 0, taken back) here alone, and the store has not heard of yet. */
  owed: number
}

/**
 * One limit, counted in the store that all instances share.
 *
 * A refused key is refused from memory, so that a flood costs no queries. Every ten seconds the store is asked
 * again, since another instance may have cleared the key. While the store is unavailable, each instance goes on
 * from what it knows, and tells the store afterwards: whoever makes the store slow gains no attempts, and nobody
 * loses one.
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
    const refused = this.recall(key)
    if (refused) {
      return refused
    }
    const patience = { isOver: false }
    return askOrElse(
      this.store,
      () => this.consumeShared(key, patience),
      () => {
        patience.isOver = true
        return this.consumeLocally(key)
      },
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

  /** @param patience is over where the attempt was counted here meanwhile, since the store was slow */
  private async consumeShared(key: string, patience: { isOver: boolean }): Promise<Verdict> {
    const { points, msBeforeNext } = await this.countShared(key)
    const windowEnd = Date.now() + msBeforeNext
    const known = this.knownOf(key) ?? { owed: 0 }
    this.known.set(key, Object.assign(known, { points, until: windowEnd }))
    const isWithin = points <= this.limit.limit
    if (isWithin && !patience.isOver) {
      return { allowed: true, takeBack: () => this.takeBack(key, windowEnd) }
    }
    await this.uncountShared(key, 1)
    if (!isWithin) {
      this.block(key, msBeforeNext)
    }
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
    if (Date.now() >= windowEnd) {
      return
    }
    const owe = () => {
      const known = this.knownOf(key)
      if (known) {
        known.owed--
      }
    }
    let work: Promise<void> | undefined
    await askOrElse(
      this.store,
      () => (work = this.uncountShared(key, 1)),
      () => void (work ? work.catch(owe) : owe()), // A slow store may still do it.
    )
  }

  /** Counts an attempt at the store, which also hears what it is owed. */
  private async countShared(key: string) {
    const known = this.knownOf(key)
    const owed = known?.owed ?? 0
    move(owed, known)
    try {
      const counted = await count(this.shared, key, 1 + owed)
      if (counted.points >= 1) {
        return counted
      }
      await this.shared.delete(key) // The key was cleared meanwhile: it must not get extra attempts.
      return await count(this.shared, key, 1)
    } catch (error) {
      move(-owed, known)
      throw error
    }
  }

  private async uncountShared(key: string, points: number) {
    const { consumedPoints } = await this.shared.reward(key, points)
    const known = this.knownOf(key)
    if (known) {
      known.points = consumedPoints
    }
    if (consumedPoints < 0) {
      await this.shared.delete(key) // The key was cleared meanwhile: it must not get extra attempts.
    }
  }

  /** Uncounts an attempt that was counted here alone, unless it was forgotten. */
  private takeBackLocally(key: string, counted: Known) {
    this.blocked.delete(key)
    if (this.knownOf(key) === counted) {
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

/** Moves attempts from those that the store has not heard of to those that it has. */
function move(owed: number, known: Known | undefined) {
  if (known) {
    known.owed -= owed
    known.points += owed
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

/** Counts attempts of a key, also past its limit, or uncounts them. */
async function count(limiter: RateLimiterAbstract, key: string, points: number) {
  try {
    const { consumedPoints, msBeforeNext } = await (points > 0
      ? limiter.consume(key, points)
      : limiter.reward(key, -points))
    return { points: consumedPoints, msBeforeNext }
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) {
      throw error
    }
    return { points: error.consumedPoints, msBeforeNext: error.msBeforeNext }
  }
}
