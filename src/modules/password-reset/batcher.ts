/**
 * Gathers what comes in close together into one run: the first item starts a short wait, all that
 * arrive meanwhile share its run. Runs may overlap, so that one that hangs holds up no other.
 */
export class Batcher<T> {
  private items: T[] = []
  private waiting = false
  private readonly runs = new Set<Promise<void>>()

  /**
   * @param delay milliseconds from the first item to its run
   * @param onError gets what a run throws
   */
  constructor(
    private readonly delay: number,
    private readonly onError: (error: Error) => void,
  ) {}

  /** @param run what to do with the gathered items; the first one given for a run is used */
  add(item: T, run: (items: T[]) => Promise<void>): void {
    this.items.push(item)
    if (!this.waiting) {
      this.waiting = true
      const work = this.schedule(run).finally(() => this.runs.delete(work))
      this.runs.add(work)
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
      await Promise.race([Promise.all(this.runs), deadline])
    }
    clearTimeout(timer)
  }

  private async schedule(run: (items: T[]) => Promise<void>): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.delay))
    const items = this.items
    this.items = []
    this.waiting = false
    try {
      await run(items)
    } catch (error) {
      this.onError(error as Error)
    }
  }
}
