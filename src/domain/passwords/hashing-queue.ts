import { availableParallelism } from "node:os"

/** libuv hashes on these, and reads files and names on them as well. */
const THREADS = Number(process.env.UV_THREADPOOL_SIZE) || 4

/** One core, and one thread, stay free for the shop. */
const MAX_RUNNING = Math.max(1, Math.min(availableParallelism(), THREADS) - 1)
/** How many requests that hash may be under way, those that wait included. */
const MAX_ADMITTED = 100

/**
 * Hashing a password takes a core for about 100 ms, and anybody may ask for it. So few are hashed
 * at once, and no more than a bounded number wait: what overflows is turned away at the door.
 */
export class HashingQueue {
  private admitted = 0
  private running = 0
  private readonly waiting: (() => void)[] = []

  constructor(
    private readonly atOnce = MAX_RUNNING,
    private readonly most = MAX_ADMITTED,
  ) {}

  /** Lets a request in, unless too many are; each that is must `leave`. */
  enter(): boolean {
    // Whoever hangs up leaves; what was begun for them still waits for its turn.
    if (Math.max(this.admitted, this.waiting.length) >= this.most) {
      return false
    }
    this.admitted++
    return true
  }

  leave(): void {
    this.admitted--
  }

  /** Runs what hashes when its turn comes. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.atOnce) {
      await new Promise<void>((resolve) => this.waiting.push(resolve))
    } else {
      this.running++
    }
    try {
      return await work()
    } finally {
      const next = this.waiting.shift()
      if (next) {
        next()
      } else {
        this.running--
      }
    }
  }
}

/** The process has one pool of threads, and so one queue. */
export const hashingQueue = new HashingQueue()
