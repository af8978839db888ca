type BatcherSettings = {
  /** Milliseconds from the first item to its run. */
  delay: number
  /** How many items a run takes at most. */
  size?: number
  /** How many runs may overlap. */
  concurrency?: number
}

/**
 * Gathers what comes in close together into one run: the first item starts a short wait, all that
 * arrive meanwhile share its run. A few runs may overlap, so that one that hangs holds up no other.
 */
export class Batcher<T> {
  private items: T[] = []
  private isScheduled = false
  private readonly runs = new Set<Promise<void>>()
  private readonly settings: Required<BatcherSettings>

  /** @param onError gets what a run throws */
  constructor(
    settings: BatcherSettings,
    private readonly onError: (error: Error) => void,
  ) {
    this.settings = { size: Infinity, concurrency: 2, ...settings }
  }

  /** @param run what to do with the gathered items; the one given with the last item is used */
  add(item: T, run: (items: T[]) => Promise<void>): void {
    this.items.push(item)
    this.schedule(run)
  }

  /** Resolves when no more than two runs' worth of items waits, so that nobody adds them in vain. */
  async room(): Promise<void> {
    while (this.items.length >= 2 * this.settings.size && this.runs.size) {
      await Promise.race(this.runs)
    }
  }

  /** Resolves when nothing is waiting or running, or after `patience` milliseconds. */
  async drain(patience: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    let late = false
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        late = true
        resolve()
      }, patience)
    })
    while (this.runs.size && !late) {
      await Promise.race([...this.runs, deadline])
    }
    clearTimeout(timer)
  }

  private schedule(run: (items: T[]) => Promise<void>): void {
    if (this.isScheduled || this.runs.size >= this.settings.concurrency) {
      return // The run that is to come takes them, or the one that ends next starts another.
    }
    this.isScheduled = true
    const work = this.runSoon(run).finally(() => {
      this.runs.delete(work)
      if (this.items.length) {
        this.schedule(run)
      }
    })
    this.runs.add(work)
  }

  private async runSoon(run: (items: T[]) => Promise<void>): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.settings.delay))
    this.isScheduled = false
    const items = this.items.splice(0, this.settings.size)
    if (this.items.length) {
      this.schedule(run)
    }
    try {
      await run(items)
    } catch (error) {
      this.onError(error as Error)
    }
  }
}
