/** Postgres' code for a deadlock. Medusa deletes accounts in another order than we lock them. */
const DEADLOCK = "40P01"

/** Does the work again, once, where a deadlock has undone it. */
export async function againOnDeadlock<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if ((error as { code?: unknown }).code === DEADLOCK) {
      return work()
    }
    throw error
  }
}
