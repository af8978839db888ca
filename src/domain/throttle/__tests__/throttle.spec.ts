import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Logger } from "@medusajs/framework/types"
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible"
import { BoundedMap } from "../bounded-map"
import { type Admission, Limiter, type Verdict } from "../limiter"
import { type AttemptOutcome, LoginGuard, type LoginLimits } from "../login-guard"
import { type Limit, type SharedStore, StoreUnavailable } from "../shared-store"
import { PostgresStore } from "../stores"

const SECOND = 1000
const DAY = 24 * 3600

/** A store that all instances of a test share; it can go away, and counts what it is asked. */
class TestStore implements SharedStore {
  asked = 0
  isAway = false
  private readonly limiters = new Map<string, RateLimiterAbstract>()

  limiter(name: string, { limit, window }: Limit): RateLimiterAbstract {
    const id = `${name} ${limit} ${window}`
    const limiter =
      this.limiters.get(id) ??
      // A timer can't be set for longer; databases, which this one stands for, need none.
      new RateLimiterMemory({ points: limit, duration: Math.min(window, 20 * DAY) })
    this.limiters.set(id, limiter)
    return limiter
  }

  async ask<T>(operation: () => Promise<T>): Promise<T> {
    this.asked++
    if (this.isAway) {
      throw new StoreUnavailable()
    }
    return operation()
  }
}

const pass = (milliseconds: number) => void jest.advanceTimersByTime(milliseconds)

let store: TestStore

beforeEach(() => {
  jest.useFakeTimers({ now: new Date("2026-11-21T12:00:00Z") })
  store = new TestStore()
})

afterEach(() => {
  jest.useRealTimers()
})

describe("a limit", () => {
  const LIMIT: Limit = { limit: 3, window: 60 }
  const limiterOf = (instances = 1) => new Limiter("test", LIMIT, store, instances)

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

    it("is none of what the store counts once it is back", async () => {
      const limiter = limiterOf()
      await letThrough(limiter, 1)
      store.isAway = true
      expect(await letThrough(limiter, 5)).toBe(3)
      store.isAway = false

      pass(10 * SECOND)
      expect(await letThrough(limiter, 5)).toBe(2)
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

describe("a bounded map", () => {
  it("forgets its oldest entry rather than grow", () => {
    const map = new BoundedMap<string, number>(2)

    map.set("a", 1).set("b", 2).set("c", 3)
    expect([...map]).toEqual([
      ["b", 2],
      ["c", 3],
    ])
  })

  it("takes an entry that is set anew for the youngest, and forgets none for it", () => {
    const map = new BoundedMap<string, number>(2)

    map.set("a", 1).set("b", 2).set("a", 3)
    expect([...map.keys()]).toEqual(["b", "a"])
    map.set("a", 4)
    expect([...map.keys()]).toEqual(["b", "a"])
    map.set("c", 5)
    expect([...map]).toEqual([
      ["a", 4],
      ["c", 5],
    ])
  })

  it("has room again for what was deleted", () => {
    const map = new BoundedMap<string, number>(2)

    map.set("a", 1).set("b", 2)
    map.delete("b")
    map.set("c", 3)
    expect([...map.keys()]).toEqual(["a", "c"])
  })
})

describe("attempts to sign in", () => {
  const LIMITS: LoginLimits = {
    perIdentifierAndIp: { limit: 10, window: 900 },
    perIp: { limit: 100, window: 900 },
    perIdentifier: { limit: 100, interval: 10 },
  }
  const guardOf = (limits: Partial<LoginLimits> = {}) =>
    new LoginGuard({ ...LIMITS, ...limits }, store, 1)

  let guard: LoginGuard

  beforeEach(() => {
    guard = guardOf()
  })

  /** Whether an attempt is let through; if so, it ends as told. */
  const attempt = async (
    account: string,
    ip: string | undefined,
    outcome: AttemptOutcome = "failure",
    by = guard,
  ) => {
    const verdict = await by.admit(account, ip)
    if (verdict.allowed) {
      await verdict.settle(outcome)
    }
    return verdict.allowed
  }

  /** How many of so many are let through, one after the other. */
  const letThrough = async (
    times: number,
    account: string,
    ip: string | undefined,
    outcome?: AttemptOutcome,
  ) => {
    let count = 0
    for (let i = 0; i < times; i++) {
      count += Number(await attempt(account, ip, outcome))
    }
    return count
  }

  it("are refused to a client that has failed ten times on the account, and to no other", async () => {
    expect(await letThrough(10, "jane", "eve")).toBe(10)

    expect(await guard.admit("jane", "eve")).toEqual({
      allowed: false,
      limit: LIMITS.perIdentifierAndIp,
      retryAfter: 900,
    })
    expect(await attempt("jane", "home")).toBe(true)
    expect(await attempt("john", "eve")).toBe(true)
    pass(900 * SECOND)
    expect(await attempt("jane", "eve")).toBe(true)
  })

  it("are refused to a client that has failed a hundred times, on whatever account", async () => {
    for (let i = 0; i < 100; i++) {
      expect(await attempt(`account ${i}`, "eve")).toBe(true)
    }

    expect(await guard.admit("jane", "eve")).toEqual({
      allowed: false,
      limit: LIMITS.perIp,
      retryAfter: 900,
    })
    expect(await attempt("jane", "home")).toBe(true)
  })

  describe("past so many failures in a row on an account", () => {
    beforeEach(async () => {
      guard = guardOf({ perIdentifier: { limit: 3, interval: 10 } })
      for (const client of ["bot 1", "bot 2", "bot 3"]) {
        expect(await attempt("jane", client)).toBe(true)
      }
    })

    it("go one by one, each interval, whoever makes them", async () => {
      expect(await attempt("jane", "bot 4")).toBe(true)
      await Promise.all(Array.from({ length: 20 }, (_, i) => guard.admit("jane", `flood ${i}`)))
      expect(await guard.admit("jane", "home")).toEqual({
        allowed: false,
        limit: { limit: 1, window: 10 },
        retryAfter: 10,
      })
      expect(await attempt("john", "home")).toBe(true)

      pass(4 * SECOND)
      expect(await guard.admit("jane", undefined)).toMatchObject({ allowed: false, retryAfter: 6 })
      pass(6 * SECOND)
      expect(await attempt("jane", "bot 5")).toBe(true)
      expect(await attempt("jane", "bot 6")).toBe(false)
    })

    it("still go one by one days later, whatever windows have ended", async () => {
      pass(19 * DAY * SECOND)

      expect(await attempt("jane", "bot 4")).toBe(true)
      expect(await attempt("jane", "bot 5")).toBe(false)
    })

    it("are as free as ever after one that succeeds, whoever was refused meanwhile", async () => {
      const home = await guard.admit("jane", "home")
      expect(await attempt("jane", "bot 4")).toBe(false)
      if (home.allowed) {
        await home.settle("success")
      }

      expect(await letThrough(10, "jane", "bot 4")).toBe(3 + 1)
    })

    it("go on at once after one in which no password was verified", async () => {
      expect(await attempt("jane", "home", "none")).toBe(true)

      expect(await attempt("jane", "home")).toBe(true)
      expect(await attempt("jane", "home")).toBe(false)
    })
  })

  it("that succeed forget the client's failures on the account", async () => {
    expect(await letThrough(9, "jane", "home")).toBe(9)
    expect(await attempt("jane", "home", "success")).toBe(true)

    expect(await letThrough(11, "jane", "home")).toBe(10)
  })

  it("that succeed forget none of the client's failures on other accounts, nor others' on this", async () => {
    guard = guardOf({ perIp: { limit: 5, window: 900 } })
    expect(await letThrough(4, "john", "eve")).toBe(4)
    expect(await letThrough(20, "eve", "eve", "success")).toBe(20)
    expect(await letThrough(5, "jane", "eve")).toBe(1)

    guard = guardOf()
    await letThrough(10, "jane", "bot")
    expect(await attempt("jane", "home", "success")).toBe(true)
    expect(await attempt("jane", "bot")).toBe(false)
  })

  it("in which no password was verified count nowhere", async () => {
    guard = guardOf({
      perIp: { limit: 10, window: 900 },
      perIdentifier: { limit: 10, interval: 10 },
    })
    expect(await letThrough(50, "jane", "home", "none")).toBe(50)

    expect(await letThrough(11, "jane", "home")).toBe(10)
  })

  it("in which no password was verified leave failures as they were", async () => {
    await letThrough(9, "jane", "home")
    await letThrough(5, "jane", "home", "none")

    expect(await letThrough(5, "jane", "home")).toBe(1)
  })

  it("without a client's address count on the account only", async () => {
    guard = guardOf({ perIdentifier: { limit: 20, interval: 10 } })

    expect(await letThrough(30, "jane", undefined)).toBe(21)
    pass(10 * SECOND)
    expect(await attempt("jane", "home")).toBe(true)
  })

  describe("that one limit refuses", () => {
    it("count for no other: a client's limit leaves the account's alone", async () => {
      guard = guardOf({
        perIdentifierAndIp: { limit: 2, window: 900 },
        perIp: { limit: 3, window: 60 },
        perIdentifier: { limit: 2, interval: 10 },
      })
      await letThrough(2, "john", "eve")
      await letThrough(1, "mary", "eve")
      expect(await letThrough(20, "jane", "eve")).toBe(0)

      pass(60 * SECOND)
      expect(await letThrough(3, "jane", "eve")).toBe(2) // All that she has there.
      expect(await letThrough(2, "jane", "home")).toBe(1) // Two failures in a row, and now slowly.
    })

    it("count for no other: a slow account leaves its visitors' limits alone", async () => {
      guard = guardOf({
        perIdentifierAndIp: { limit: 2, window: 900 },
        perIp: { limit: 3, window: 900 },
        perIdentifier: { limit: 1, interval: 10 },
      })
      await attempt("jane", "bot 1")
      await attempt("jane", "bot 2")
      expect(await letThrough(20, "jane", "home")).toBe(0)

      pass(10 * SECOND)
      expect(await attempt("jane", "home")).toBe(true)
      pass(10 * SECOND)
      expect(await attempt("jane", "home")).toBe(true)
      pass(10 * SECOND)
      expect(await guard.admit("jane", "home")).toMatchObject({ limit: { limit: 2 } })
      expect(await attempt("john", "home")).toBe(true)
      expect(await guard.admit("mary", "home")).toMatchObject({ limit: { limit: 3 } })
    })
  })

  describe("at once", () => {
    const admitted = async (clientOf: (i: number) => string | undefined) => {
      const verdicts = await Promise.all(
        Array.from({ length: 50 }, (_, i) => guard.admit("jane", clientOf(i))),
      )
      return verdicts.filter(({ allowed }) => allowed).length
    }

    it("by one client get no more than its limit", async () => {
      expect(await admitted(() => "eve")).toBe(10)
    })

    it("by many clients get no more than the account's limit, and the one of the interval", async () => {
      guard = guardOf({ perIdentifier: { limit: 7, interval: 10 } })

      expect(await admitted((i) => `bot ${i}`)).toBe(7 + 1)
    })

    it("on many instances get no more than on one", async () => {
      const others = [guardOf(), guardOf(), guardOf()]

      const verdicts = await Promise.all(
        Array.from({ length: 48 }, (_, i) => others[i % 3]!.admit("jane", "eve")),
      )

      expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(10)
    })
  })

  describe("on an account that has been cleared", () => {
    it("are as free as ever, for every client", async () => {
      guard = guardOf({ perIdentifier: { limit: 20, interval: 10 } })
      await letThrough(10, "jane", "eve")
      await letThrough(10, "jane", "home")
      await letThrough(10, "john", "eve")
      await attempt("jane", "cafe")
      expect(await attempt("jane", "bar")).toBe(false)

      await guard.clear("jane")

      expect(await letThrough(12, "jane", "home")).toBe(10)
      expect(await letThrough(12, "jane", "eve")).toBe(10)
      expect(await attempt("john", "eve")).toBe(false)
      expect(await attempt("jane", "cafe")).toBe(true) // The first of those that go slowly.
      expect(await attempt("jane", "bar")).toBe(false)
    })

    it("are free for as long as its failures would have counted", async () => {
      await letThrough(10, "jane", "home")
      pass(SECOND)
      await guard.clear("jane")

      pass(890 * SECOND)
      expect(await attempt("jane", "home")).toBe(true)
    })

    it("are free again after each time", async () => {
      for (let i = 0; i < 3; i++) {
        expect(await letThrough(12, "jane", "home")).toBe(10)
        pass(SECOND)
        await guard.clear("jane")
      }
      expect(await attempt("jane", "home")).toBe(true)
    })

    it("are free on every instance within 10 seconds, and counted together from then on", async () => {
      const other = guardOf()
      await letThrough(10, "jane", "home")
      expect(await attempt("jane", "home", "failure", other)).toBe(false)

      pass(SECOND)
      await guard.clear("jane")
      expect(await attempt("jane", "home")).toBe(true)
      pass(9 * SECOND)
      expect(await attempt("jane", "home", "failure", other)).toBe(true)
      expect(await letThrough(10, "jane", "home")).toBe(8)
    })

    it("get back no failures when their window ends", async () => {
      await letThrough(10, "jane", "home")
      pass(899 * SECOND)
      await guard.clear("jane")

      expect(await letThrough(10, "jane", "home")).toBe(10)
      pass(900 * SECOND)
      expect(await letThrough(11, "jane", "home")).toBe(10)
    })

    it("still succeed where one was under way before", async () => {
      const before = await guard.admit("jane", "home")
      pass(SECOND)
      await guard.clear("jane")
      if (before.allowed) {
        await before.settle("success")
      }

      expect(await letThrough(12, "jane", "home")).toBe(10)
    })
  })

  it.each([
    ["the account is slow", { perIdentifier: { limit: 1, interval: 60 } }],
    ["the client has failed too often", { perIp: { limit: 1, window: 900 } }],
    ["it has failed too often on the account", { perIdentifierAndIp: { limit: 1, window: 900 } }],
  ])("are refused in a flood without asking the store, where %s", async (_, limits) => {
    guard = guardOf(limits)
    await letThrough(5, "jane", "eve")
    const asked = store.asked

    expect(await letThrough(100, "jane", "eve")).toBe(0)
    expect(store.asked).toBe(asked)
  })

  it("are free again after each time that the account is cleared, also in one second", async () => {
    await guard.clear("jane")
    await letThrough(10, "jane", "home")
    await guard.clear("jane")

    expect(await attempt("jane", "home")).toBe(true)
  })

  describe("while the store is away", () => {
    beforeEach(() => {
      store.isAway = true
    })

    it("are still counted in a row, by timers that can run so long", async () => {
      jest.useRealTimers()
      guard = guardOf({ perIdentifier: { limit: 3, interval: 10 } })
      let count = 0
      for (let i = 0; i < 20; i++) {
        count += Number(await attempt("jane", `bot ${i}`))
        await new Promise((resolve) => setTimeout(resolve, 2))
      }

      expect(count).toBe(3 + 1)
    })

    it("are refused from memory past a client's limits", async () => {
      expect(await letThrough(12, "jane", "eve")).toBe(10)
      expect(await attempt("jane", "home")).toBe(true)
    })

    it("are free again on this instance after the account has been cleared", async () => {
      await letThrough(10, "jane", "home")
      pass(SECOND)
      await guard.clear("jane")

      pass(15 * SECOND)
      expect(await letThrough(12, "jane", "home")).toBe(10)
    })
  })

  it("pass on what is no outage", async () => {
    const ask = jest.spyOn(store, "ask")

    ask.mockRejectedValueOnce(new TypeError("a fault of ours"))
    await expect(guard.admit("jane", "home")).rejects.toThrow("a fault of ours")
    ask.mockRejectedValueOnce(new TypeError("a fault of ours"))
    await expect(guard.clear("jane")).rejects.toThrow("a fault of ours")
  })
})

describe("Postgres as the store", () => {
  const LIMIT: Limit = { limit: 3, window: 60 }
  const lines: string[] = []
  const logger = {
    warn: (line: string) => void lines.push(`warn: ${line}`),
    info: (line: string) => void lines.push(`info: ${line}`),
  } as unknown as Logger

  type Query = { text: string; values: unknown[]; name?: string }
  const queries: Query[] = []
  let points: number
  let answer: (query: Query) => Promise<unknown>
  let acquired: number
  let released: unknown[]
  let acquire: () => Promise<unknown>

  const connection = {
    query: (query: Query) => {
      queries.push(query)
      return answer(query)
    },
  }
  const knex = {
    client: {
      acquireConnection: () => {
        acquired++
        return acquire()
      },
      releaseConnection: async (one: unknown) => void released.push(one),
    },
  } as unknown as Knex

  const row = async () => ({
    rowCount: 1,
    rows: [{ points, expire: String(Date.now() + 60 * SECOND) }],
  })
  const fail = () => Promise.reject(new Error("the database is starting up"))
  const hang = () => new Promise<never>(() => undefined)

  let postgres: PostgresStore
  let limiter: RateLimiterAbstract
  const ask = () => postgres.ask(() => limiter.consume("jane"))

  beforeEach(() => {
    lines.length = 0
    queries.length = 0
    acquired = 0
    released = []
    points = 1
    answer = row
    acquire = async () => connection
    postgres = new PostgresStore(knex, logger)
    limiter = postgres.limiter("test", LIMIT)
  })

  it("counts in one statement on a connection of Medusa's, and gives it back", async () => {
    expect(await ask()).toMatchObject({ consumedPoints: 1, remainingPoints: 2 })

    expect(queries).toHaveLength(1)
    expect(queries[0]!.text).toMatch(/INSERT INTO "password_reset_throttle"[^;]*ON CONFLICT/)
    expect(queries[0]!.values[0]).toBe("test:jane")
    expect(released).toEqual([connection])
    expect(lines).toEqual([])
  })

  it("sends statements without a name, which a pooler would lose", async () => {
    await ask()
    await limiter.get("jane")
    await limiter.reward("jane")
    await limiter.set("jane", 1, 60)
    await limiter.delete("jane")

    expect(queries).toHaveLength(5)
    for (const query of queries) {
      expect(Object.keys(query).sort()).toEqual(["text", "values"])
    }
  })

  it("has answered where it refuses", async () => {
    points = 4

    await expect(ask()).rejects.toMatchObject({ consumedPoints: 4, msBeforeNext: 60 * SECOND })
    await expect(ask()).rejects.toMatchObject({ consumedPoints: 4 })
    expect(released).toHaveLength(2)
    expect(lines).toEqual([])
  })

  it("is away where a query fails, and the connection is given back", async () => {
    answer = fail

    await expect(ask()).rejects.toBeInstanceOf(StoreUnavailable)
    expect(released).toEqual([connection])
    expect(lines).toEqual([
      expect.stringMatching(/^warn: .*can't count in Postgres \(the database is starting up\)/),
    ])
  })

  it("is away where no connection is to be had", async () => {
    acquire = () => Promise.reject(new Error("Timeout acquiring a connection"))

    await expect(ask()).rejects.toBeInstanceOf(StoreUnavailable)
    expect(released).toEqual([])
    expect(lines).toHaveLength(1)
  })

  it.each([
    ["the query", () => (answer = hang)],
    ["the pool", () => (acquire = hang)],
  ])("is away where %s gives no answer within a second", async (_, stall) => {
    stall()
    let ended = false
    const asking = ask().catch((error: Error) => error)
    void asking.then(() => (ended = true))

    await jest.advanceTimersByTimeAsync(999)
    expect(ended).toBe(false)
    await jest.advanceTimersByTimeAsync(1)
    expect(await asking).toBeInstanceOf(StoreUnavailable)
    expect(lines).toEqual([expect.stringContaining("did not answer within 1 s")])
  })

  it("gives a connection back that comes too late", async () => {
    let comes: (one: unknown) => void = () => undefined
    acquire = () => new Promise((resolve) => (comes = resolve))
    const asking = ask().catch((error: Error) => error)
    await jest.advanceTimersByTimeAsync(SECOND)
    expect(await asking).toBeInstanceOf(StoreUnavailable)

    comes(connection)
    await jest.advanceTimersByTimeAsync(1)
    expect(released).toEqual([connection])
  })

  it("is left alone for 5 seconds after it gave no answer", async () => {
    answer = fail
    await expect(ask()).rejects.toBeInstanceOf(StoreUnavailable)
    answer = row

    pass(4999)
    for (let i = 0; i < 10; i++) {
      await expect(ask()).rejects.toBeInstanceOf(StoreUnavailable)
    }
    expect(acquired).toBe(1)
    pass(1)
    await expect(ask()).resolves.toMatchObject({ consumedPoints: 1 })
    expect(acquired).toBe(2)
  })

  it("is missed in one line an outage, and welcomed back in one", async () => {
    answer = fail
    for (let i = 0; i < 20; i++) {
      await Promise.allSettled([ask(), ask(), ask()])
      pass(SECOND)
    }
    expect(lines).toEqual([expect.stringMatching(/^warn: .*each instance counts for itself$/)])

    answer = row
    pass(5 * SECOND)
    await Promise.all([ask(), ask(), ask()])
    await ask()
    expect(lines).toHaveLength(2)
    expect(lines[1]).toMatch(/^info: .*throttles count in Postgres again$/)

    answer = fail
    await expect(ask()).rejects.toBeInstanceOf(StoreUnavailable)
    expect(lines).toHaveLength(3)
  })

  it("is not welcomed back by an answer from before the outage", async () => {
    let late: (answer: unknown) => void = () => undefined
    const slow = postgres.ask(() => new Promise((resolve) => (late = resolve)))
    answer = fail
    await expect(ask()).rejects.toThrow(StoreUnavailable)
    late(undefined)
    await slow

    await expect(ask()).rejects.toThrow(StoreUnavailable)
    expect(lines).toHaveLength(1)
  })

  it("is back where its first answer is a refusal", async () => {
    answer = fail
    await expect(ask()).rejects.toBeInstanceOf(StoreUnavailable)
    answer = row
    points = 4
    pass(5 * SECOND)

    await expect(ask()).rejects.toMatchObject({ consumedPoints: 4 })
    expect(lines).toHaveLength(2)
  })

  it("leaves no timer behind for what was answered", async () => {
    const timers = jest.getTimerCount()

    await ask()
    answer = fail
    await expect(ask()).rejects.toBeInstanceOf(StoreUnavailable)
    expect(jest.getTimerCount()).toBe(timers)
  })

  it("is swept every five minutes by one limiter for all, and survives a failure of it", async () => {
    postgres.limiter("other", LIMIT)
    answer = fail
    await jest.advanceTimersByTimeAsync(300 * SECOND)
    answer = row
    await jest.advanceTimersByTimeAsync(300 * SECOND)

    expect(queries.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^DELETE FROM "password_reset_throttle" WHERE expire < \$1/),
      expect.stringMatching(/^DELETE FROM/),
    ])
    expect(queries[0]!.values).toEqual([Date.now() - 300 * SECOND - 3600 * SECOND])
    expect(lines).toEqual([])
  })
})
