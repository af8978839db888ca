import { withDeadline } from "./deadline"

type BatcherSettings = {
  /** Milliseconds from the first item to its run. */
  delayMs: number
  /** How many items a run takes at most. */
  size?: number
  /** How many runs may overlap. */
  concurrency?: number
}

/**
 * Gathers items that arrive close together into one run. The first item starts a short wait; all that
 * arrive meanwhile share its run. A few runs may overlap, so that one that hangs delays no other.
 */
export class Batcher<T> {
  private items: T[] = []
  private isScheduled = false
  private readonly runs = new Set<Promise<void>>()
  private readonly settings: Required<BatcherSettings>

  /**
   * @param run works on the gathered items
   * @param onError gets what a run throws
   */
  constructor(
    settings: BatcherSettings,
    private readonly run: (items: T[]) => Promise<void>,
    private readonly onError: (error: Error) => void,
  ) {
    this.settings = { size: Infinity, concurrency: 2, ...settings }
  }

  add(item: T): void {
    this.items.push(item)
    this.schedule()
  }

  /** Resolves when no more than two runs' worth of items waits: nobody should add what must wait. */
  async room(): Promise<void> {
    while (this.items.length >= 2 * this.settings.size && this.runs.size) {
      await Promise.race(this.runs)
    }
  }

  /** Resolves when nothing waits or runs, at the latest after `timeoutMs`. */
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
      return // The scheduled run takes the items, or the next run to end schedules another.
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
