import { Batcher } from "../batcher"

const DRAIN_TIMEOUT_MS = 5000

describe("a batcher", () => {
  const errors: string[] = []
  /** One that does with the items what the test says at that time. */
  const batcherOf = (delayMs: number, limits = {}) => {
    let work = async (_: number[]): Promise<void> => undefined
    const batcher = new Batcher<number>(
      { delayMs, ...limits },
      (items) => work(items),
      ({ message }) => void errors.push(message),
    )
    const add = (item: number, run: (items: number[]) => Promise<void>) => {
      work = run
      batcher.add(item)
    }
    return Object.assign(batcher, { addTo: add })
  }

  beforeEach(() => {
    errors.length = 0
  })

  it("runs once for all that comes in close together", async () => {
    const runs: number[][] = []
    const batcher = batcherOf(5)
    const run = async (items: number[]) => void runs.push(items)

    batcher.addTo(1, run)
    batcher.addTo(2, run)
    batcher.addTo(3, run)
    await batcher.drain(DRAIN_TIMEOUT_MS)

    expect(runs).toEqual([[1, 2, 3]])
  })

  it("lets a run that hangs hold up no other, nor the end", async () => {
    const done: number[] = []
    const batcher = batcherOf(1)
    batcher.addTo(1, () => new Promise(() => undefined))
    await new Promise((resolve) => setTimeout(resolve, 20))
    batcher.addTo(2, async (items) => void done.push(...items))

    await batcher.drain(50)

    expect(done).toEqual([2])
  })

  it("tells of a run that failed, and goes on", async () => {
    const done: number[] = []
    const batcher = batcherOf(1)
    batcher.addTo(1, () => Promise.reject(new Error("no")))
    await batcher.drain(DRAIN_TIMEOUT_MS)
    batcher.addTo(2, async (items) => void done.push(...items))
    await batcher.drain(DRAIN_TIMEOUT_MS)

    expect(errors).toEqual(["no"])
    expect(done).toEqual([2])
  })

  it("is drained when nothing waits and nothing runs, also of what a run adds", async () => {
    const done: number[] = []
    const batcher = batcherOf(5)
    batcher.addTo(1, async () => {
      await new Promise((resolve) => setTimeout(resolve, 10))
      batcher.addTo(2, async (items) => void done.push(...items))
    })

    await batcher.drain(DRAIN_TIMEOUT_MS)

    expect(done).toEqual([2])
    await batcher.drain(DRAIN_TIMEOUT_MS)
  })

  it("takes no more into a run, and starts no more runs at once, than it may", async () => {
    const runs: number[][] = []
    let running = 0
    let most = 0
    const batcher = batcherOf(1, { size: 3, concurrency: 2 })
    const run = async (items: number[]) => {
      runs.push(items)
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 10))
      running--
    }
    for (let item = 0; item < 20; item++) {
      batcher.addTo(item, run)
    }
    await batcher.drain(DRAIN_TIMEOUT_MS)

    expect(most).toBe(2)
    expect(runs.every((items) => items.length <= 3)).toBe(true)
    expect(runs.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i))
  })

  it("has room again when enough of what waits is taken", async () => {
    const batcher = batcherOf(1, { size: 2, concurrency: 1 })
    const done: number[] = []
    const run = async (items: number[]) => {
      await new Promise((resolve) => setTimeout(resolve, 10))
      done.push(...items)
    }
    await batcher.room()
    for (let item = 0; item < 8; item++) {
      batcher.addTo(item, run)
    }
    await batcher.room()

    expect(done.length).toBeGreaterThan(0)
    expect(done.length).toBeLessThan(8)
    await batcher.drain(DRAIN_TIMEOUT_MS)
    expect(done).toHaveLength(8)
  })
})
