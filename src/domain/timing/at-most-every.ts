/** Makes a function that does its work at most once in an interval. Calls in between do nothing. */
export function atMostEvery(intervalMs: number, work: () => void): () => void {
  let doneAt = -Infinity
  return () => {
    if (Date.now() >= doneAt + intervalMs) {
      doneAt = Date.now()
      work()
    }
  }
}
