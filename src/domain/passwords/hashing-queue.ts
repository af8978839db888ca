import { availableParallelism } from "node:os"
import { Semaphore } from "../timing/semaphore"

/** libuv hashes on these threads, and reads files and resolves names on them as well. */
const THREADS = Number(process.env.UV_THREADPOOL_SIZE) || 4

/** One core and one thread stay free for the shop. */
const MAX_RUNNING = Math.max(1, Math.min(availableParallelism(), THREADS) - 1)
/** How many requests that hash may be under way, waiting ones included. */
const MAX_ADMITTED = 100

/**
 * Bounds password hashing. A hash takes a core for about 100 ms, and anybody may ask for one. So few
 * run at once, a bounded number waits, and a request beyond that is turned away before it starts.
 */
export class HashingQueue {
  private admitted = 0
  private readonly hashes: Semaphore

  constructor(
    maxRunning = MAX_RUNNING,
    private readonly maxAdmitted = MAX_ADMITTED,
  ) {
    this.hashes = new Semaphore(maxRunning)
  }

  /** Admits a request, unless too many are under way; each that is admitted must `leave`. */
  enter(): boolean {
    // A client that hangs up leaves, while the hash begun for it still waits for its turn.
    if (Math.max(this.admitted, this.hashes.waiting) >= this.maxAdmitted) {
      return false
    }
    this.admitted++
    return true
  }

  leave(): void {
    this.admitted--
  }

  /** Runs a hash when its turn comes. */
  async run<T>(hash: () => Promise<T>): Promise<T> {
    return this.hashes.run(hash)
  }
}

/** The process has one pool of threads, and so one queue. */
export const hashingQueue = new HashingQueue()
