import { Stalls } from "../stalls"

describe("stalls of the process", () => {
  let stalls: Stalls

  beforeEach(() => {
    jest.useFakeTimers()
    stalls = new Stalls()
    stalls.start()
  })

  afterEach(() => {
    stalls.stop()
    jest.useRealTimers()
  })

  /** Lets time pass in which no timer fires. */
  const standStill = (seconds: number) => {
    const before = performance.now()
    const now = jest.spyOn(performance, "now").mockReturnValue(before + seconds * 1000)
    const recent = stalls.recent()
    now.mockRestore()
    return recent
  }

  it("are none while timers fire", () => {
    jest.advanceTimersByTime(300_000)
    expect(stalls.recent()).toBe(0)
    expect(standStill(9)).toBe(0)
  })

  it("are told at once, before the next tick", () => {
    expect(standStill(66)).toBe(65)
  })

  it("add up, for two minutes", () => {
    standStill(11)
    jest.advanceTimersByTime(60_000)
    expect(standStill(21)).toBe(30)
    jest.advanceTimersByTime(200_000)
    expect(stalls.recent()).toBe(0)
  })

  it("are none where nobody looks", () => {
    stalls.stop()
    expect(standStill(60)).toBe(0)
    expect(jest.getTimerCount()).toBe(0)
  })
})
