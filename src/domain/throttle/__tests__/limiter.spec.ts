import { RateLimiterRes } from "rate-limiter-flexible"
import { type Admission, Limiter, type Verdict } from "../limiter"
import type { Limit } from "../shared-store"
import { SECOND, TestStore, useFakeTime } from "./test-store"

let store: TestStore

const pass = useFakeTime()

beforeEach(() => {
  store = new TestStore()
})

describe("a limit", () => {
  const LIMIT: Limit = { limit: 3, window: 60 }
  const limiterOf = (instances = 1) => new Limiter("test", LIMIT, store, instances)

  const limiterOf10 = () => new Limiter("test", { limit: 10, window: 60 }, store, 1)

  /** An attempt that is let through. */
  const admitted = async (limiter: Limiter, key = "jane"): Promise<Admission> => {
    const verdict = await limiter.consume(key)
    if (!verdict.allowed) {
      throw new Error("refused")
    }
    return verdict
  }

  /** How many of so many attempts are let through. */
  const letThrough = async (limiter: Limiter, attempts: number, key = "jane") => {
    const verdicts: Verdict[] = []
    for (let i = 0; i < attempts; i++) {
      verdicts.push(await limiter.consume(key))
    }
    return verdicts.filter(({ allowed }) => allowed).length
  }

  it("lets through as many as it says, and then says how long to wait", async () => {
    const limiter = limiterOf()

    expect(await letThrough(limiter, 3)).toBe(3)
    expect(await limiter.consume("jane")).toEqual({ allowed: false, limit: LIMIT, retryAfter: 60 })
    expect(await limiter.consume("john")).toMatchObject({ allowed: true })
  })

  it("counts the wait in whole seconds, at least one, to the end of the window", async () => {
    const limiter = limiterOf()
    await letThrough(limiter, 3)

    for (const [wait, retryAfter] of [
      [20_500, 40],
      [1_000, 39],
      [38_499, 1],
    ] as const) {
      pass(wait)
      expect(await limiter.consume("jane")).toMatchObject({ allowed: false, retryAfter })
    }
    pass(1)
    expect(await letThrough(limiter, 5)).toBe(3)
  })

  it("lets through exactly as many of those that come at once", async () => {
    const limiter = limiterOf()

    const verdicts = await Promise.all(Array.from({ length: 50 }, () => limiter.consume("jane")))

    expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(3)
  })

  it("is shared by all instances", async () => {
    const [one, other] = [limiterOf(2), limiterOf(2)]

    expect(await letThrough(one, 2)).toBe(2)
    expect(await letThrough(other, 2)).toBe(1)
  })

  it("refuses from memory what it has refused, and asks again after 10 seconds", async () => {
    const limiter = limiterOf()
    expect(limiter.recall("jane")).toBeUndefined()
    await letThrough(limiter, 4)
    const asked = store.asked

    pass(9_999)
    expect(await letThrough(limiter, 1000)).toBe(0)
    expect(limiter.recall("jane")).toEqual({ allowed: false, limit: LIMIT, retryAfter: 51 })
    expect(limiter.recall("john")).toBeUndefined()
    expect(store.asked).toBe(asked)

    pass(1)
    expect(limiter.recall("jane")).toBeUndefined()
    expect(await letThrough(limiter, 1000)).toBe(0)
    expect(store.asked).toBe(asked + 1)
  })

  it("learns within 10 seconds what another instance has forgotten", async () => {
    const [one, other] = [limiterOf(), limiterOf()]
    await letThrough(one, 4)

    await other.clear("jane")
    expect(await letThrough(one, 1)).toBe(0)
    pass(10 * SECOND)
    expect(await letThrough(one, 4)).toBe(3)
  })

  it("refuses from memory no longer than its window", async () => {
    const limiter = new Limiter("short", { limit: 1, window: 2 }, store, 1)
    await letThrough(limiter, 2)

    pass(2 * SECOND)
    expect(limiter.recall("jane")).toBeUndefined()
    expect(await letThrough(limiter, 2)).toBe(1)
  })

  it("takes back one attempt, or forgets them all", async () => {
    const limiter = limiterOf()
    const attempt = await admitted(limiter)
    await letThrough(limiter, 2)

    await attempt.takeBack()
    expect(await letThrough(limiter, 3)).toBe(1)
    expect(await letThrough(limiter, 1)).toBe(0)
    await limiter.clear("jane")
    expect(await letThrough(limiter, 5)).toBe(3)
  })

  it("lets through at once what a taken back attempt makes room for", async () => {
    const limiter = limiterOf()
    const attempt = await admitted(limiter)
    await letThrough(limiter, 3)

    await attempt.takeBack()
    expect(await letThrough(limiter, 1)).toBe(1)
  })

  it("counts only what it lets through: when all is taken back, nothing is left", async () => {
    const limiter = limiterOf()
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => limiter.consume("jane")))
    for (const verdict of verdicts) {
      await (verdict.allowed && verdict.takeBack())
    }

    pass(10 * SECOND)
    expect(await letThrough(limiter, 5)).toBe(3)
  })

  it.each([
    ["when its window is over", async () => pass(60 * SECOND)],
    ["when the key has been cleared", (limiter: Limiter) => limiter.clear("jane")],
    [
      "when it was counted while the store was away",
      async () => {
        store.isAway = false
      },
      true,
    ],
  ])("gives no credit for what is taken back %s", async (_, happens, isAway = false) => {
    store.isAway = isAway
    const limiter = limiterOf()
    const attempts = [await admitted(limiter), await admitted(limiter), await admitted(limiter)]

    await happens(limiter)
    await Promise.all(attempts.map((attempt) => attempt.takeBack()))

    expect(await letThrough(limiter, 10)).toBe(3)
  })

  it("never says to wait for no time at all", async () => {
    const expiring = {
      limiter: (name: string, limit: Limit) => store.limiter(name, limit),
      ask: <T>(operation: () => Promise<T>) => operation(),
    }
    const limiter = new Limiter("test", LIMIT, expiring, 1)
    const shared = store.limiter("test", LIMIT)
    jest.spyOn(shared, "consume").mockRejectedValueOnce(new RateLimiterRes(0, 0, 4))

    expect(await limiter.consume("jane")).toMatchObject({
      allowed: false,
      retryAfter: 1,
    })
  })

  describe("while the store is away", () => {
    it("is counted by each instance for itself, each an equal part, rounded up", async () => {
      store.isAway = true
      const [one, other] = [limiterOf(2), limiterOf(2)]

      expect(await letThrough(one, 5)).toBe(2)
      expect(await letThrough(other, 5)).toBe(2)
      expect(await letThrough(limiterOf(1), 5)).toBe(3)
      expect(await letThrough(limiterOf(100), 5)).toBe(1)
      expect(await one.consume("jane")).toEqual({ allowed: false, limit: LIMIT, retryAfter: 60 })
    })

    it("takes back, forgets and refuses from memory as ever", async () => {
      store.isAway = true
      const limiter = limiterOf()
      const attempt = await admitted(limiter)
      await letThrough(limiter, 2)
      await attempt.takeBack()
      expect(await letThrough(limiter, 2)).toBe(1)
      const asked = store.asked

      expect(await letThrough(limiter, 10)).toBe(0)
      expect(store.asked).toBe(asked)
      await limiter.clear("jane")
      expect(await letThrough(limiter, 5)).toBe(3)
    })

    it("goes on from what the store has counted", async () => {
      const limiter = limiterOf()
      await letThrough(limiter, 1)
      store.isAway = true

      expect(await letThrough(limiter, 5)).toBe(2)
      expect(await limiter.consume("jane")).toMatchObject({ retryAfter: 60 })
    })

    it("goes on from its part of it where several instances count", async () => {
      const limiter = new Limiter("test", { limit: 10, window: 60 }, store, 2)
      await letThrough(limiter, 4)
      store.isAway = true

      expect(await letThrough(limiter, 9)).toBe(3)
    })

    it("is told to the store once it is back, and only once", async () => {
      const limiter = limiterOf10()
      await letThrough(limiter, 1)
      store.isAway = true
      const attempt = await admitted(limiter)
      await letThrough(limiter, 4)
      await attempt.takeBack()
      store.isAway = false

      expect(await letThrough(limiterOf10(), 1)).toBe(1) // Another instance, which heard nothing: 2 so far.
      expect(await letThrough(limiter, 1)).toBe(1) // With the four: 7.
      expect(await letThrough(limiter, 9)).toBe(3)
    })

    it("gives no attempts to whoever makes the store slow: 10 for a limit of 10", async () => {
      const limiter = limiterOf10()
      let count = 0
      for (let i = 0; i < 30; i++) {
        store.isAway = i % 3 === 1
        count += await letThrough(limiter, 1)
      }

      expect(count).toBe(10)
    })

    it("takes no attempts from those whose success it could not take back: storefronts' shoppers", async () => {
      const limiter = limiterOf10()
      const become = async (state: number) => {
        await store.catchUp()
        store.isAway = state === 1
        store.isSlow = state === 2
      }
      for (let i = 0; i < 100; i++) {
        await become(i % 3)
        const shoppers = await Promise.all([admitted(limiter), admitted(limiter)])
        await become(Math.floor(i / 3) % 3)
        await Promise.all(shoppers.map((shopper) => shopper.takeBack()))
      }
      await become(0)

      expect(await letThrough(limiter, 30)).toBe(10)
      expect(await letThrough(limiterOf10(), 30)).toBe(0)
    })

    it("keeps no more than 10 000 keys in memory", async () => {
      store.isAway = true
      const limiter = limiterOf()
      for (let i = 0; i <= 20_000; i++) {
        await letThrough(limiter, 1, `bot ${i}`)
      }

      expect(limiter["known"].size).toBe(10_000)
      expect(jest.getTimerCount()).toBe(0)
    })
  })

  it("passes on what is no outage", async () => {
    const broken = {
      limiter: (name: string, limit: Limit) => store.limiter(name, limit),
      ask: () => Promise.reject(new TypeError("a fault of ours")),
    }
    const limiter = new Limiter("test", LIMIT, broken, 1)

    await expect(limiter.consume("jane")).rejects.toThrow("a fault of ours")
    await expect(limiter.clear("jane")).rejects.toThrow("a fault of ours")
  })

  it("remembers the youngest 10 000 that it has refused, and no more", async () => {
    const limiter = new Limiter("test", { limit: 1, window: 60 }, store, 1)
    for (let i = 0; i <= 10_000; i++) {
      await letThrough(limiter, 2, `bot ${i}`)
    }

    expect(limiter.recall("bot 0")).toBeUndefined()
    expect(limiter.recall("bot 1")).toMatchObject({ allowed: false })
    expect(limiter.recall("bot 10000")).toMatchObject({ allowed: false })
  })
})
