/** A burst is this many requests within `BURST_WINDOW_MS`. */
const BURST_REQUESTS = 5
const BURST_WINDOW_MS = 100
/** How long work waits for a burst to end, at most. */
const MAX_WAIT_MS = 10_000

/**
 * Detects bursts of requests. Account-dependent work waits during bursts, so response times reveal nothing
 * about accounts. It then runs in a few large batches, which also costs less.
 */
export class BurstDetector {
  /** When the latest requests arrived. */
  private readonly arrivals: number[] = []

  /** Records a request. */
  note(): void {
    this.arrivals.push(performance.now())
    if (this.arrivals.length > BURST_REQUESTS) {
      this.arrivals.shift()
    }
  }

  /** Resolves when no burst is under way, or after ten seconds. */
  async over(): Promise<void> {
    for (const end = performance.now() + MAX_WAIT_MS; this.isBurst && performance.now() < end;) {
      await new Promise((resolve) => setTimeout(resolve, BURST_WINDOW_MS))
    }
  }

  private get isBurst(): boolean {
    const [first = -Infinity] = this.arrivals
    return this.arrivals.length === BURST_REQUESTS && performance.now() - first < BURST_WINDOW_MS
  }
}
