/** The share of its time that a process may be busy before refusals wait longer. */
const BUSY_SHARE = 0.8
/** What lies between two refusals, in milliseconds: while there is time, and at the worst. */
const SHORTEST_INTERVAL_MS = 2
const LONGEST_INTERVAL_MS = 20
/** How often the share is looked at, in milliseconds. */
const LOOK_INTERVAL_MS = 100
/** The most that wait, since their bodies take memory; whoever comes then does not wait. */
const MAX_WAITING = 100

/**
 * Lets refusals out one by one, in the time that others leave. A client that asks again as soon as
 * there is an answer would else fill the one thread that a process has, however cheap refusals are.
 */
export class RefusalPacer {
  private interval = SHORTEST_INTERVAL_MS
  private next = 0
  private waiting = 0
  private looked = 0

  /** @param busyShare the share of its time, 0 to 1, that the process was busy since the last call */
  constructor(private readonly busyShare: () => number = watchThread()) {}

  /** Waits for a turn: not at all where nobody else waits. */
  async pass(): Promise<void> {
    const now = performance.now()
    this.adjust(now)
    if (this.waiting === MAX_WAITING) {
      return
    }
    const turn = Math.max(this.next, now)
    this.next = turn + this.interval
    if (turn > now) {
      this.waiting++
      await new Promise((resolve) => setTimeout(resolve, turn - now))
      this.waiting--
    }
  }

  private adjust(now: number) {
    if (now - this.looked < LOOK_INTERVAL_MS) {
      return
    }
    this.looked = now
    this.interval =
      this.busyShare() > BUSY_SHARE
        ? Math.min(LONGEST_INTERVAL_MS, this.interval * 1.5)
        : Math.max(SHORTEST_INTERVAL_MS, this.interval * 0.9)
  }
}

/** @returns a function that tells which share of the time since its last call the thread was busy, 0 to 1 */
export function watchThread(): () => number {
  let last = performance.eventLoopUtilization()
  return () => {
    const { utilization } = performance.eventLoopUtilization(last)
    last = performance.eventLoopUtilization()
    return utilization
  }
}
