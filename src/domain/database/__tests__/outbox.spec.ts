import { backoff } from "../outbox"

const ALL = 1
const HALF = 0

describe("the wait before a mail is tried again", () => {
  it("doubles with each attempt, from the first on", () => {
    expect([1, 2, 3, 4].map((attempt) => backoff(attempt, 10, ALL))).toEqual([10, 20, 40, 80])
  })

  it("is somewhere between half and all of it, so that mails don't come back together", () => {
    expect(backoff(3, 10, HALF)).toBe(20)
    const wait = backoff(3, 10)
    expect(wait).toBeGreaterThanOrEqual(20)
    expect(wait).toBeLessThanOrEqual(40)
  })

  it("never passes ten minutes, however often it failed", () => {
    expect([10, 100, 10_000].map((attempt) => backoff(attempt, 10, ALL))).toEqual([600, 600, 600])
  })
})
