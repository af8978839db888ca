import { Batcher } from "../batcher"

const tick = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

describe("a batcher", () => {
  it("runs once for all that comes in close together", async () => {
    const runs: number[][] = []
    const batcher = new Batcher<number>(5)
    const run = async (items: number[]) => void runs.push(items)

    await Promise.all([batcher.add(1, run), batcher.add(2, run), batcher.add(3, run)])

    expect(runs).toEqual([[1, 2, 3]])
  })

  it("keeps what comes during a run for the next one, and never runs two at once", async () => {
    const runs: number[][] = []
    let running = 0
    let most = 0
    const batcher = new Batcher<number>(1)
    const run = async (items: number[]) => {
      most = Math.max(most, ++running)
      await tick(20)
      runs.push(items)
      running--
    }

    const first = batcher.add(1, run)
    await tick(10)
    const second = batcher.add(2, run)
    await Promise.all([first, second])

    expect(runs).toEqual([[1], [2]])
    expect(most).toBe(1)
  })

  it("tells those whose run failed, and goes on", async () => {
    const batcher = new Batcher<number>(1)
    const failing = batcher.add(1, () => Promise.reject(new Error("no")))

    await expect(failing).rejects.toThrow("no")
    await expect(batcher.add(2, async () => undefined)).resolves.toBeUndefined()
  })

  it("is drained when nothing waits and nothing runs", async () => {
    const done: number[] = []
    const batcher = new Batcher<number>(5)
    void batcher.add(1, async (items) => {
      await tick(10)
      done.push(...items)
    })

    await batcher.drain()

    expect(done).toEqual([1])
    await batcher.drain()
  })
})
