/** What Postgres calls it when two wait for each other; Medusa deletes accounts in its own order. */
const DEADLOCK = "40P01"

/** Does the work again, once, where it was the victim of a deadlock: nothing of it was done. */
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
