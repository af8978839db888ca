/**
 * Gathers what comes in close together into one run: the first item starts a short wait, all that
 * arrive meanwhile share its run. Runs never overlap; what comes during one goes into the next.
 */
export class Batcher<T> {
  private items: T[] = []
  private next?: Promise<void>
  private running: Promise<void> = Promise.resolve()

  /** @param delay milliseconds from the first item to its run */
  constructor(private readonly delay: number) {}

  /**
   * @param run what to do with the gathered items; the latest one given is used
   * @returns when the run that the item is part of has ended; rejects when that run fails
   */
  add(item: T, run: (items: T[]) => Promise<void>): Promise<void> {
    this.items.push(item)
    this.next ??= this.schedule(run)
    return this.next
  }

  /** Resolves when nothing is waiting and nothing is running. */
  async drain(): Promise<void> {
    while (this.next) {
      await this.next.catch(() => undefined)
    }
    await this.running
  }

  private async schedule(run: (items: T[]) => Promise<void>): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.delay))
    await this.running
    const items = this.items
    this.items = []
    this.next = undefined
    const work = run(items)
    this.running = work.catch(() => undefined)
    return work
  }
}
