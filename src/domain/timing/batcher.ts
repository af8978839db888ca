import { withDeadline } from "./deadline"

type BatcherSettings = {
  /** How long the first item waits for others, in milliseconds. */
  delayMs: number
  /** How many items a run takes at most. @default Infinity */
  size?: number
  /** How many runs may overlap. @default 2 */
  concurrency?: number
}

/**
 * Gathers items that arrive close together into one run. The first item starts a short wait; items that arrive
 * meanwhile share its run. Runs may overlap, so that a slow run does not hold up the next.
 */
export class Batcher<T> {
  private items: T[] = []
  private isScheduled = false
  private readonly runs = new Set<Promise<void>>()
  private readonly settings: Required<BatcherSettings>

  /**
   * @param run works on the gathered items
   * @param onError is called with what a run throws
   */
  constructor(
    settings: BatcherSettings,
    private readonly run: (items: T[]) => Promise<void>,
    private readonly onError: (error: Error) => void,
  ) {
    this.settings = { size: Infinity, concurrency: 2, ...settings }
  }

  /** Adds an item to the next run. */
  add(item: T): void {
    this.items.push(item)
    this.schedule()
  }

  /** Resolves when fewer items wait than two runs take. Await it before adding many, to bound the queue. */
  async room(): Promise<void> {
    while (this.items.length >= 2 * this.settings.size && this.runs.size) {
      await Promise.race(this.runs)
    }
  }

  /** Resolves when no item waits and no run is under way, or after `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    await withDeadline(this.idle(), timeoutMs, "a batch").catch(() => undefined)
  }

  private async idle(): Promise<void> {
    while (this.runs.size) {
      await Promise.race(this.runs)
    }
  }

  private schedule(): void {
    if (this.isScheduled || this.runs.size >= this.settings.concurrency) {
      return // A scheduled run will take the items, or a run that ends will schedule another.
    }
    this.isScheduled = true
    const work = this.runSoon().finally(() => {
      this.runs.delete(work)
      if (this.items.length) {
        this.schedule()
      }
    })
    this.runs.add(work)
  }

  private async runSoon(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.settings.delayMs))
    this.isScheduled = false
    const items = this.items.splice(0, this.settings.size)
    if (this.items.length) {
      this.schedule()
    }
    try {
      await this.run(items)
    } catch (error) {
      this.onError(error as Error)
    }
  }
}
