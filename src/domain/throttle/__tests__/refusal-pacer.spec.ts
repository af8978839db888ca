import { RefusalPacer, watchThread } from "../refusal-pacer"

const IDLE = 0.1
const FULL = 0.99

let busy: number
let pacer: RefusalPacer
let passed: number

/** So many come at once. */
const come = (count: number) => {
  for (let index = 0; index < count; index++) {
    void pacer.pass().then(() => passed++)
  }
}

const passedAfter = async (milliseconds: number) => {
  await jest.advanceTimersByTimeAsync(milliseconds)
  return passed
}

beforeEach(() => {
  jest.useFakeTimers()
  busy = IDLE
  passed = 0
  pacer = new RefusalPacer(() => busy)
})

afterEach(() => {
  jest.useRealTimers()
})

describe("a turnstile for refusals", () => {
  it("lets one that comes alone through at once", async () => {
    come(1)
    expect(await passedAfter(0)).toBe(1)
    await passedAfter(1000)
    come(1)
    expect(await passedAfter(0)).toBe(2)
  })

  it("lets many through one by one", async () => {
    come(11)
    expect(await passedAfter(0)).toBe(1)
    expect(await passedAfter(10)).toBe(6)
    expect(await passedAfter(10)).toBe(11)
  })

  it("lets them wait longer while the process is busy, and not for ever after", async () => {
    const aFewComeFor = async (seconds: number) => {
      for (let time = 0; time < seconds * 10; time++) {
        come(1)
        await jest.advanceTimersByTimeAsync(100)
      }
    }
    const passedOf50In = async (milliseconds: number) => {
      const before = passed
      come(50)
      const count = (await passedAfter(milliseconds)) - before
      await passedAfter(2000)
      return count
    }
    await aFewComeFor(1)
    expect(await passedOf50In(98)).toBe(50)
    busy = FULL
    await aFewComeFor(1)
    expect(await passedOf50In(98)).toBe(5)
    expect(await passedOf50In(980)).toBe(50)
    busy = IDLE
    await aFewComeFor(3)
    expect(await passedOf50In(98)).toBe(50)
  })

  it("keeps no more waiting than memory allows", async () => {
    come(150)
    expect(await passedAfter(0)).toBe(50)
    expect(await passedAfter(1000)).toBe(150)
  })
})

describe("the share of its time that the thread is busy", () => {
  it("is counted anew with each look", async () => {
    jest.useRealTimers()
    const share = watchThread()
    const until = performance.now() + 50
    while (performance.now() < until);
    const working = share()
    await new Promise((resolve) => setTimeout(resolve, 200))

    expect(working).toBeGreaterThan(0.8)
    expect(share()).toBeLessThan(working)
  })
})
