import { Limiter, type Verdict } from "./limiter"
import type { Limit, SharedStore } from "./shared-store"
import { WaitingRooms } from "./waiting-room"

/** A limit that slows down rather than refuses: past it, one attempt is let through every `interval` seconds. */
export type Pace = Limit & {
  interval: number
  /** How many wait for one key. @default as many as get a turn in time, if none is given back */
  places?: number
}

/**
 * A limit past which attempts wait for a turn. Strangers can slow an account or an address down with it, but
 * can't shut anybody out: the turns go to those who have tried least, by lot among equals.
 */
export class PacedLimit {
  /** Counts attempts within the limit. */
  readonly free: Limiter
  private readonly rooms: WaitingRooms

  constructor(
    name: string,
    { interval, places, ...limit }: Pace,
    store: SharedStore,
    instances: number,
  ) {
    const pace = { limit: 1, window: interval }
    this.free = new Limiter(name, limit, store, instances)
    this.rooms = new WaitingRooms(new Limiter(`${name}-pace`, pace, store, instances), places)
  }

  /** Whether a key is known to be past its limit. Reads memory only. */
  isPast(key: string): boolean {
    return this.free.recall(key) !== undefined
  }

  /** Whether somebody who has tried so often would find no place to wait. Reads memory only. */
  isCrowded(key: string, tries: number): boolean {
    return this.isPast(key) && this.rooms.isFull(key, tries)
  }

  /**
   * Waits for a turn past the limit.
   *
   * @param tries how often whoever asks has tried lately
   */
  wait(key: string, tries: number): Promise<Verdict> {
    return this.rooms.wait(key, tries)
  }

  /** What somebody is told who finds no place to wait. */
  get refusal() {
    return this.rooms.refusal
  }

  /** Refuses all who wait: the shop is shutting down. */
  close(): void {
    this.rooms.close()
  }

  /** Forgets all attempts of a key. */
  async clear(key: string): Promise<void> {
    await Promise.all([this.free.clear(key), this.rooms.clear(key)])
  }
}
