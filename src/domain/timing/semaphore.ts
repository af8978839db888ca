type SemaphoreSettings = {
  /** How long work waits for its turn at most; without it, as long as it takes. */
  maxWaitMs?: number
  /** What is thrown when the wait is too long. */
  tooLong?: () => Error
}

/** Runs a limited number of works at once; the others wait for their turn, in their order. */
export class Semaphore {
  private readonly queue: (() => void)[] = []
  private free: number

  constructor(
    size: number,
    private readonly settings: SemaphoreSettings = {},
  ) {
    this.free = size
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.queue.length
  }

  /** @throws what `tooLong` makes when no turn came in time: then the work was not begun */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.turn()
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

  private async turn(): Promise<void> {
    if (this.free > 0) {
      this.free--
      return
    }
    const { maxWaitMs, tooLong = () => new Error("waited too long") } = this.settings
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
