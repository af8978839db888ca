import { MedusaError } from "@medusajs/framework/utils"

/** So many at once; the others wait for their turn, but not for ever. */
export class Semaphore {
  private readonly waiting: (() => void)[] = []
  private free: number

  /** @param patience how long one waits for its turn, in milliseconds */
  constructor(
    size: number,
    private readonly patience: number,
  ) {
    this.free = size
  }

  /** @throws MedusaError `unexpected_state` where no turn came; then the work was not begun */
  async take<T>(work: () => Promise<T>): Promise<T> {
    await this.turn()
    try {
      return await work()
    } finally {
      const next = this.waiting.shift()
      next ? next() : this.free++
    }
  }

  private async turn(): Promise<void> {
    if (this.free > 0) {
      this.free--
      return
    }
    await new Promise<void>((resolve, reject) => {
      const next = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(next), 1)
        reject(new MedusaError(MedusaError.Types.UNEXPECTED_STATE, "The mail server is too slow"))
      }, this.patience)
      this.waiting.push(next)
    })
  }
}
