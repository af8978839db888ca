/** How many requests in how many milliseconds make a rush. */
const MANY = 5
const SHORT = 100
/** How long mails wait for a rush to end, in milliseconds. */
const PATIENCE = 10_000

/**
 * Whether requests pour in. Then answers go first, on the instance that gives them, and mails follow in
 * few large batches: that costs the shop less, and what depends on accounts does not run between the
 * answers to somebody who counts their milliseconds.
 */
export class BurstDetector {
  private readonly latest: number[] = []

  /** Takes note of a request. */
  note(): void {
    this.latest.push(performance.now())
    if (this.latest.length > MANY) {
      this.latest.shift()
    }
  }

  /** Resolves when the rush is over, at once where there is none; after ten seconds in any case. */
  async over(): Promise<void> {
    for (const end = performance.now() + PATIENCE; this.isOn && performance.now() < end;) {
      await new Promise((resolve) => setTimeout(resolve, SHORT))
    }
  }

  private get isOn(): boolean {
    const [first = -Infinity] = this.latest
    return this.latest.length === MANY && performance.now() - first < SHORT
  }
}
