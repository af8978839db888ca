/** The share of time that the thread may be busy before refusals slow down, 0 to 1. */
const MAX_BUSY_SHARE = 0.8
/** The time between two refusals while the thread is idle. */
const MIN_INTERVAL_MS = 2
/** The time between two refusals while the thread stays busy. */
const MAX_INTERVAL_MS = 20
/** How often the busy share is measured. */
const MEASURE_INTERVAL_MS = 100
/** How many refusals wait at most, since their requests take memory. Others go out at once. */
const MAX_WAITING = 100

/**
 * Paces refusals 2–20 ms apart, more slowly while the thread is busy, so that a flooding client cannot starve
 * shoppers. Refusals are cheap, but a client that asks again after each one would fill the process's only
 * thread.
 */
export class RefusalPacer {
  private interval = MIN_INTERVAL_MS
  /** When the next refusal may go out, as `performance.now()`. */
  private next = 0
  private waiting = 0
  private measuredAt = 0

  /** @param busyShare the share of time that the thread was busy since the last call, 0 to 1 */
  constructor(private readonly busyShare: () => number = watchThread()) {}

  /** Resolves when a refusal may go out: at once if the last one was long enough ago. */
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
    if (now - this.measuredAt < MEASURE_INTERVAL_MS) {
      return
    }
    this.measuredAt = now
    this.interval =
      this.busyShare() > MAX_BUSY_SHARE
        ? Math.min(MAX_INTERVAL_MS, this.interval * 1.5)
        : Math.max(MIN_INTERVAL_MS, this.interval * 0.9)
  }
}

/** @returns a function that measures the share of time that the thread was busy since its last call, 0 to 1 */
export function watchThread(): () => number {
  let last = performance.eventLoopUtilization()
  return () => {
    const { utilization } = performance.eventLoopUtilization(last)
    last = performance.eventLoopUtilization()
    return utilization
  }
}
