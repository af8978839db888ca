type SemaphoreSettings = {
  /** How long work waits for a place at most, in milliseconds. @default unlimited */
  maxWaitMs?: number
  /** Makes the error that is thrown when the wait is too long. */
  tooLong?: () => Error
}

/** Limits how many pieces of work run at once. Others wait in the order in which they came. */
export class Semaphore {
  private readonly queue: (() => void)[] = []
  private free: number

  /** @param size how many may run at once */
  constructor(
    size: number,
    private readonly settings: SemaphoreSettings = {},
  ) {
    this.free = size
  }

  /** How many wait for a place. */
  get waiting(): number {
    return this.queue.length
  }

  /**
   * Runs work as soon as a place is free.
   *
   * @throws what the work throws, or what `tooLong` makes after `maxWaitMs`; the work has then not started
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.acquire()
    try {
      return await work()
    } finally {
      const next = this.queue.shift()
      if (next) {
        next()
      } else {
        this.free++
      }
    }
  }

  private async acquire(): Promise<void> {
    if (this.free > 0) {
      this.free--
      return
    }
    const { maxWaitMs, tooLong = () => new Error("Waited too long for a place") } = this.settings
    await new Promise<void>((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined
      const next = () => {
        clearTimeout(timer)
        resolve()
      }
      if (maxWaitMs !== undefined) {
        timer = setTimeout(() => {
          this.queue.splice(this.queue.indexOf(next), 1)
          reject(tooLong())
        }, maxWaitMs)
      }
      this.queue.push(next)
    })
  }
}
