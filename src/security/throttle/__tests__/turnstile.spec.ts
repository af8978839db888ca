import { Turnstile } from "../turnstile"

const IDLE = 0.1
const FULL = 0.99

let busy: number
let turnstile: Turnstile
let passed: number

/** So many come at once. */
const come = (count: number) => {
  for (let index = 0; index < count; index++) {
    void turnstile.pass().then(() => passed++)
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
  turnstile = new Turnstile(() => busy)
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
    const inASecond = async () => {
      const before = passed
      for (let time = 0; time < 1000; time += 50) {
        come(25)
        await jest.advanceTimersByTimeAsync(50)
      }
      const count = passed - before
      await jest.advanceTimersByTimeAsync(20_000) // Nobody waits any more.
      return count
    }
    const idle = await inASecond()
    busy = FULL
    await inASecond()
    const full = await inASecond()
    busy = IDLE
    await inASecond()
    await inASecond()
    await inASecond()

    expect(full).toBeLessThan(idle / 5)
    expect(full).toBeGreaterThanOrEqual(50)
    expect(await inASecond()).toBe(idle)
  })

  it("keeps no more waiting than memory allows", async () => {
    come(600)
    expect(await passedAfter(0)).toBe(100)
    expect(await passedAfter(1000)).toBe(600)
  })

  it("looks at this very process where it is told nothing else", async () => {
    turnstile = new Turnstile()
    come(2)
    expect(await passedAfter(2)).toBe(2)
  })
})
