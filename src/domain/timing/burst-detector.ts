/** This many requests within this time make a burst. */
const BURST_REQUESTS = 5
const BURST_WINDOW_MS = 100
/** The longest that work waits for a burst to end. */
const MAX_WAIT_MS = 10_000

/**
 * Tells whether requests arrive in a burst. Account-dependent work waits during bursts, so that response
 * times reveal nothing about accounts. It then runs in few large batches, which also costs the shop less.
 */
export class BurstDetector {
  private readonly latest: number[] = []

  /** Takes note of a request. */
  note(): void {
    this.latest.push(performance.now())
    if (this.latest.length > BURST_REQUESTS) {
      this.latest.shift()
    }
  }

  /** Resolves when no burst is under way, at the latest after ten seconds. */
  async over(): Promise<void> {
    for (const end = performance.now() + MAX_WAIT_MS; this.isOn && performance.now() < end;) {
      await new Promise((resolve) => setTimeout(resolve, BURST_WINDOW_MS))
    }
  }

  private get isOn(): boolean {
    const [first = -Infinity] = this.latest
    return this.latest.length === BURST_REQUESTS && performance.now() - first < BURST_WINDOW_MS
  }
}
