const TICK_MS = 1000
/** Shorter ones endanger no lease. */
const MIN_STALL_MS = 10_000
/** How long a stall counts: as long as the longest lease, after which work under way has ended. */
const REMEMBERED_MS = 120_000

/**
 * How long this process stood still lately, such as in a computation that gave nobody else a turn. Leases that
 * ran out meanwhile are not over for the process itself: it would take up again what it is still working on, and
 * with stalls longer than leases nothing would ever be done.
 */
export class Stalls {
  private readonly stalls: { endedAt: number; ms: number }[] = []
  private tickedAt = 0
  private timer?: NodeJS.Timeout

  start(): void {
    this.tickedAt = performance.now()
    this.timer ??= setInterval(() => this.tick(), TICK_MS).unref()
  }

  stop(): void {
    clearInterval(this.timer)
    this.timer = undefined
  }

  /** @returns seconds, of the last two minutes and of the stall that is just over */
  recent(): number {
    if (this.timer) {
      this.tick()
    }
    return this.stalls.reduce((sum, { ms }) => sum + ms, 0) / 1000
  }

  private tick() {
    const now = performance.now()
    const ms = now - this.tickedAt - TICK_MS
    this.tickedAt = now
    if (ms >= MIN_STALL_MS) {
      this.stalls.push({ endedAt: now, ms })
    }
    while (this.stalls[0] && this.stalls[0].endedAt < now - REMEMBERED_MS) {
      this.stalls.shift()
    }
  }
}

/** The stalls of this process. */
export const stalls = new Stalls()
