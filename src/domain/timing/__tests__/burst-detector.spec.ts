import { BurstDetector } from "../burst-detector"

describe("a rush of requests", () => {
  beforeEach(() => jest.useFakeTimers())
  afterEach(() => jest.useRealTimers())

  /** So many a second, for a while; says when mails were let go. */
  async function ask(perSecond: number, milliseconds: number): Promise<number> {
    const bursts = new BurstDetector()
    const began = performance.now()
    const every = setInterval(() => bursts.note(), 1000 / perSecond)
    await jest.advanceTimersByTimeAsync(200)
    let wentAt = Infinity
    void bursts.over().then(() => (wentAt = performance.now() - began))
    await jest.advanceTimersByTimeAsync(milliseconds - 200)
    clearInterval(every)
    await jest.advanceTimersByTimeAsync(20_000)
    return wentAt
  }

  it("holds up no mail where there is none", async () => {
    expect(await ask(40, 5000)).toBe(200)
  })

  it("goes before mails, which follow as soon as it is over", async () => {
    const wentAt = await ask(500, 3000)

    expect(wentAt).toBeGreaterThanOrEqual(3000)
    expect(wentAt).toBeLessThanOrEqual(3100)
  })

  it("holds mails up for ten seconds at most", async () => {
    const wentAt = await ask(500, 60_000)

    expect(wentAt).toBeGreaterThanOrEqual(10_000)
    expect(wentAt).toBeLessThanOrEqual(10_300)
  })
})
