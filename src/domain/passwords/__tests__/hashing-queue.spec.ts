import { HashingQueue } from "../hashing-queue"

/** Lets everything run on that only waits for promises. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe("the queue for hashing", () => {
  const begun: number[] = []
  const ends = new Map<number, { finish: () => void; fail: () => void }>()

  /** A hash that takes until the test says so. */
  const hash = (id: number) => () =>
    new Promise<number>((resolve, reject) => {
      begun.push(id)
      ends.set(id, { finish: () => resolve(id), fail: () => reject(new Error(`no ${id}`)) })
    })

  beforeEach(() => {
    begun.length = 0
    ends.clear()
  })

  it("hashes no more at a time than it may, and one for each that ends, in their order", async () => {
    const queue = new HashingQueue(2, 100)
    const all = Promise.all([1, 2, 3, 4, 5].map((id) => queue.run(hash(id))))

    await settled()
    expect(begun).toEqual([1, 2])
    ends.get(2)!.finish()
    await settled()
    expect(begun).toEqual([1, 2, 3])
    ends.get(1)!.finish()
    ends.get(3)!.finish()
    await settled()
    expect(begun).toEqual([1, 2, 3, 4, 5])
    ends.get(4)!.finish()
    ends.get(5)!.finish()
    expect(await all).toEqual([1, 2, 3, 4, 5])
  })

  it("lets nobody that comes late overtake those that wait", async () => {
    const queue = new HashingQueue(1, 100)
    const first = queue.run(hash(1)).then(() => queue.run(hash(3)))
    const second = queue.run(hash(2))

    await settled()
    ends.get(1)!.finish()
    await settled()
    expect(begun).toEqual([1, 2])
    ends.get(2)!.finish()
    await settled()
    expect(begun).toEqual([1, 2, 3])
    ends.get(3)!.finish()
    expect(await Promise.all([first, second])).toEqual([3, 2])
  })

  it("frees the turn of a hash that fails, and tells who asked for it", async () => {
    const queue = new HashingQueue(1, 100)
    const failing = queue.run(hash(1)).catch((error: Error) => error.message)
    const throwing = queue.run(() => JSON.parse("{") as Promise<never>)
    const thrown = throwing.catch((error: Error) => error.name)
    const next = queue.run(hash(2))

    await settled()
    ends.get(1)!.fail()
    expect(await failing).toBe("no 1")
    expect(await thrown).toBe("SyntaxError")
    await settled()
    ends.get(2)!.finish()
    expect(await next).toBe(2)
  })

  it("keeps its number of turns, however often it was empty in between", async () => {
    const queue = new HashingQueue(2, 100)
    for (const id of [1, 2, 3]) {
      const run = queue.run(hash(id))
      await settled()
      ends.get(id)!.finish()
      await run
    }
    begun.length = 0

    for (const id of [4, 5, 6]) {
      void queue.run(hash(id))
    }
    await settled()
    expect(begun).toEqual([4, 5])
  })

  it("turns away at the door what is too many, until somebody leaves", () => {
    const queue = new HashingQueue(1, 3)

    expect([queue.enter(), queue.enter(), queue.enter()]).toEqual([true, true, true])
    expect(queue.enter()).toBe(false)
    expect(queue.enter()).toBe(false)
    queue.leave()
    expect(queue.enter()).toBe(true)
    expect(queue.enter()).toBe(false)
  })
})
