import { Batcher } from "../batcher"

const PATIENCE = 5000

describe("a batcher", () => {
  const errors: string[] = []
  const batcherOf = (delay: number) =>
    new Batcher<number>(delay, ({ message }) => void errors.push(message))

  beforeEach(() => {
    errors.length = 0
  })

  it("runs once for all that comes in close together", async () => {
    const runs: number[][] = []
    const batcher = batcherOf(5)
    const run = async (items: number[]) => void runs.push(items)

    batcher.add(1, run)
    batcher.add(2, run)
    batcher.add(3, run)
    await batcher.drain(PATIENCE)

    expect(runs).toEqual([[1, 2, 3]])
  })

  it("lets a run that hangs hold up no other, nor the end", async () => {
    const done: number[] = []
    const batcher = batcherOf(1)
    batcher.add(1, () => new Promise(() => undefined))
    await new Promise((resolve) => setTimeout(resolve, 20))
    batcher.add(2, async (items) => void done.push(...items))

    await batcher.drain(50)

    expect(done).toEqual([2])
  })

  it("tells of a run that failed, and goes on", async () => {
    const done: number[] = []
    const batcher = batcherOf(1)
    batcher.add(1, () => Promise.reject(new Error("no")))
    await batcher.drain(PATIENCE)
    batcher.add(2, async (items) => void done.push(...items))
    await batcher.drain(PATIENCE)

    expect(errors).toEqual(["no"])
    expect(done).toEqual([2])
  })

  it("is drained when nothing waits and nothing runs, also of what a run adds", async () => {
    const done: number[] = []
    const batcher = batcherOf(5)
    batcher.add(1, async () => {
      await new Promise((resolve) => setTimeout(resolve, 10))
      batcher.add(2, async (items) => void done.push(...items))
    })

    await batcher.drain(PATIENCE)

    expect(done).toEqual([2])
    await batcher.drain(PATIENCE)
  })
})
