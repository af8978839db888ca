import type { RateLimiterAbstract } from "rate-limiter-flexible"

/** A number of attempts in a window, in seconds. The window begins with the first attempt. */
export type Limit = { limit: number; window: number }

/** The store that all instances count in: Postgres or Redis. */
export type SharedStore = {
  /** @param name part of the stored keys; no two limiters share one */
  limiter(name: string, limit: Limit): RateLimiterAbstract
  /**
   * Runs an operation on the store.
   *
   * @throws StoreUnavailable if it fails, after a second without an answer, and then at once for a while
   */
  ask<T>(operation: () => Promise<T>): Promise<T>
}

/** Thrown if the shared store fails or does not answer. The instance then counts in its own memory. */
export class StoreUnavailable extends Error {}

/** Runs an operation on the shared store, or the fallback while the store is unavailable. */
export async function askOrElse<T>(
  store: SharedStore,
  operation: () => Promise<T>,
  fallback: () => T | Promise<T>,
): Promise<T> {
  try {
    return await store.ask(operation)
  } catch (error) {
    if (error instanceof StoreUnavailable) {
      return fallback()
    }
    throw error
  }
}
