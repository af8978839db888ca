import { availableParallelism } from "node:os"
import { Semaphore } from "../timing/semaphore"

/** The threads that libuv hashes on. It also reads files and resolves names on them. */
const THREAD_POOL_SIZE = Number(process.env.UV_THREADPOOL_SIZE) || 4

/** How many hashes run at once. One core and one thread stay free for the shop. */
const MAX_RUNNING = Math.max(1, Math.min(availableParallelism(), THREAD_POOL_SIZE) - 1)
/** How many requests with a password may be under way, including those that wait. */
const MAX_ADMITTED = 100

/**
 * Limits password hashing. A hash takes a core for about 100 ms, and any client can cause one. Few hashes run
 * at once, a limited number of requests waits, and further requests are refused before they start.
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

  /**
   * Admits a request, unless too many are under way. Every admitted request must call `leave`.
   *
   * @returns whether the request is admitted
   */
  enter(): boolean {
    // Also counts waiting hashes: a client that disconnects leaves, but its hash stays in the queue.
    if (Math.max(this.admitted, this.hashes.waiting) >= this.maxAdmitted) {
      return false
    }
    this.admitted++
    return true
  }

  /** Ends an admitted request. */
  leave(): void {
    this.admitted--
  }

  /** Runs a hash as soon as one of the few places is free. */
  async run<T>(hash: () => Promise<T>): Promise<T> {
    return this.hashes.run(hash)
  }
}

/** The one queue of the process, since the process has one thread pool. */
export const hashingQueue = new HashingQueue()
