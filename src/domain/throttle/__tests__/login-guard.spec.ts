import type { Client } from "../client"
import { type AttemptOutcome, LoginGuard, type LoginLimits } from "../login-guard"
import { SECOND, TestStore, useFakeTime } from "./test-store"

let store: TestStore

const pass = useFakeTime()

beforeEach(() => {
  store = new TestStore()
})

describe("attempts to sign in", () => {
  const LIMITS: LoginLimits = {
    perIdentifierAndIp: { limit: 10, window: 900 },
    perIp: { limit: 100, window: 900, interval: 3 },
    perIdentifier: { limit: 100, interval: 10 },
  }
  const onSlowClient = jest.fn()
  const guardOf = (limits: Partial<LoginLimits> = {}) =>
    new LoginGuard({ ...LIMITS, ...limits }, store, 1, onSlowClient)

  let guard: LoginGuard
  /** The pairs of account and client that are known. */
  let known: Set<string>

  beforeEach(() => {
    onSlowClient.mockClear()
    known = new Set()
    guard = guardOf()
  })

  const admit = (
    account: string,
    client: string | Client | undefined,
    { by = guard, isRegistration = false } = {},
  ) => {
    const { ip, ...wider } = typeof client === "object" ? client : { ip: client }
    const pair = `${account} ${ip}`
    return by.admit({
      account,
      client: { ip, ...wider },
      owner: {
        isKnown: async () => known.has(pair),
        succeed: async () => Boolean(known.add(pair)),
      },
      countsOnClient: !isRegistration,
    })
  }

  /** What an attempt comes to at once, without the turn that it may wait for. It ends as told. */
  const attempt = async (
    account: string,
    client: string | Client | undefined,
    outcome: AttemptOutcome = "failure",
    settings: Parameters<typeof admit>[2] = {},
  ): Promise<"judged" | "refused" | "waits"> => {
    let result: "judged" | "refused" | "waits" = "waits"
    void admit(account, client, settings).then(async (verdict) => {
      result = verdict.allowed ? "judged" : "refused"
      await (verdict.allowed && verdict.settle(outcome))
    })
    await jest.advanceTimersByTimeAsync(0)
    return result
  }

  /** Whether work ends within so many milliseconds from now. */
  const endsWithin = async (work: Promise<unknown>, milliseconds: number) => {
    let hasEnded = false
    void work.then(() => (hasEnded = true))
    await jest.advanceTimersByTimeAsync(milliseconds)
    return hasEnded
  }

  /** How many of so many are judged at once, one after the other. */
  const judged = async (
    times: number,
    account: string,
    client: string | undefined,
    outcome?: AttemptOutcome,
  ) => {
    let count = 0
    for (let i = 0; i < times; i++) {
      count += Number((await attempt(account, client, outcome)) === "judged")
    }
    return count
  }

  it("are refused to a client that has failed ten times on the account, and to no other", async () => {
    expect(await judged(10, "jane", "eve")).toBe(10)

    expect(await admit("jane", "eve")).toEqual({
      allowed: false,
      limit: LIMITS.perIdentifierAndIp,
      retryAfter: 900,
    })
    expect(await attempt("jane", "home")).toBe("judged")
    expect(await attempt("john", "eve")).toBe("judged")
    pass(900 * SECOND)
    expect(await attempt("jane", "eve")).toBe("judged")
  })

  it("take turns of three seconds past a hundred failures of a client, on whatever account", async () => {
    for (let i = 0; i < 101; i++) {
      expect(await attempt(`account ${i}`, "eve")).toBe("judged") // The last by the first turn.
    }
    expect(onSlowClient).toHaveBeenCalled()

    const next = admit("jane", "eve")
    expect(await attempt("jane", "home")).toBe("judged")
    expect(await endsWithin(next, 2999)).toBe(false)
    expect(await endsWithin(next, 1)).toBe(true)
    expect(await next).toMatchObject({ allowed: true })
  })

  it("count a /48 of many addresses as ten clients, and a storefront as a hundred", async () => {
    guard = guardOf({ perIp: { limit: 2, window: 900, interval: 3 } })
    const from = (wider: Client) => async (i: number) =>
      attempt(`account ${i} of ${wider.storefront}`, { ip: `ip ${i}`, ...wider })
    const [network, storefront] = [from({ network: "net" }), from({ storefront: "shop" })]

    for (let i = 0; i < 2 * 10 + 1; i++) {
      expect(await network(i)).toBe("judged")
    }
    expect(await network(99)).toBe("waits")
    for (let i = 0; i < 2 * 100 + 1; i++) {
      expect(await storefront(i)).toBe("judged")
    }
    expect(await storefront(999)).toBe("waits")
  })

  it("that register are judged while their client's logins wait", async () => {
    guard = guardOf({ perIp: { limit: 1, window: 900, interval: 3 } })
    await judged(3, "jane", "shop")
    expect(await attempt("john", "shop")).toBe("waits")

    expect(await attempt("mary", "shop", "success", { isRegistration: true })).toBe("judged")
  })

  describe("past so many failures in a row on an account", () => {
    beforeEach(async () => {
      guard = guardOf({ perIdentifier: { limit: 3, interval: 10 } })
      for (const client of ["bot 1", "bot 2", "bot 3"]) {
        expect(await attempt("jane", client)).toBe("judged")
      }
    })

    it("go one by one, each interval, whoever makes them", async () => {
      expect(await attempt("jane", "bot 4")).toBe("judged")
      const waiting = [admit("jane", "bot 5"), admit("jane", undefined)]
      expect(await attempt("john", "home")).toBe("judged")

      expect(await endsWithin(Promise.race(waiting), 9999)).toBe(false)
      expect(await endsWithin(Promise.race(waiting), 1)).toBe(true)
      expect(await endsWithin(Promise.all(waiting), 9999)).toBe(false)
      expect(await endsWithin(Promise.all(waiting), 1)).toBe(true)
    })

    it("still go one by one days later, whatever windows have ended", async () => {
      pass(19 * 24 * 3600 * SECOND)

      expect(await attempt("jane", "bot 4")).toBe("judged")
      expect(await attempt("jane", "bot 5")).toBe("waits")
    })

    it("are no freer for somebody's success, but give the turn back", async () => {
      expect(await attempt("jane", "home", "success")).toBe("judged")

      expect(await judged(2, "jane", "bot 4")).toBe(1)
    })

    it("give the turn at once to the next, after one that succeeds or verifies no password", async () => {
      const first = await admit("jane", "home")
      const second = admit("jane", "cafe")
      expect(await endsWithin(second, 100)).toBe(false)
      if (first.allowed) {
        await first.settle("none")
      }

      expect(await endsWithin(second, 0)).toBe(true)
    })

    it("are judged at once from where the owner has signed in, and wait for no stranger", async () => {
      await judged(30, "jane", "bot 4")
      known.add("jane home")

      expect(await judged(9, "jane", "home")).toBe(9)
      expect(await attempt("jane", "home", "success")).toBe("judged")
      expect(await judged(11, "jane", "home")).toBe(10)
      expect(await attempt("jane", "home")).toBe("refused")
    })

    it("wait half a minute at most, and are then told when to come again", async () => {
      guard = guardOf({ perIdentifier: { limit: 1, interval: 3600 } })
      await judged(2, "mary", "bot")
      const late = admit("mary", "home")

      expect(await endsWithin(late, 29_999)).toBe(false)
      expect(await endsWithin(late, 1)).toBe(true)
      expect(await late).toEqual({
        allowed: false,
        limit: { limit: 1, window: 3600 },
        retryAfter: 3600,
      })
    })

    it("end at once for all who wait when the shop shuts down, and for whoever comes then", async () => {
      await judged(1, "jane", "bot 4")
      const waiting = admit("jane", "home")
      guard.close()

      expect(await waiting).toMatchObject({ allowed: false })
      expect(await attempt("jane", "cafe")).toBe("refused")
    })
  })

  it("that succeed forget the client's failures on the account", async () => {
    expect(await judged(9, "jane", "home")).toBe(9)
    expect(await attempt("jane", "home", "success")).toBe("judged")

    expect(await judged(11, "jane", "home")).toBe(10)
  })

  it("that succeed forget none of the client's failures on other accounts, nor others' on this", async () => {
    guard = guardOf({ perIp: { limit: 5, window: 900, interval: 3 } })
    expect(await judged(4, "john", "eve")).toBe(4)
    expect(await judged(20, "eve", "eve", "success")).toBe(20)
    expect(await judged(5, "jane", "eve")).toBe(1 + 1)

    guard = guardOf()
    await judged(10, "jane", "bot")
    expect(await attempt("jane", "home", "success")).toBe("judged")
    expect(await attempt("jane", "bot")).toBe("refused")
  })

  it("that succeed forget nothing where several accounts share the count", async () => {
    const succeed = async () => {
      const owner = { isKnown: async () => false, succeed: async () => false }
      const settings = { account: "jane", client: { ip: "eve" }, countsOnClient: true }
      const verdict = await guard.admit({ ...settings, owner })
      await (verdict.allowed && verdict.settle("success"))
    }
    await judged(9, "jane", "eve")
    await succeed()

    expect(await judged(5, "jane", "eve")).toBe(1)
  })

  it("in which no password was verified count nowhere", async () => {
    guard = guardOf({
      perIp: { limit: 10, window: 900, interval: 3 },
      perIdentifier: { limit: 10, interval: 10 },
    })
    expect(await judged(50, "jane", "home", "none")).toBe(50)

    expect(await judged(11, "jane", "home")).toBe(10)
  })

  it("in which no password was verified leave failures as they were", async () => {
    await judged(9, "jane", "home")
    await judged(5, "jane", "home", "none")

    expect(await judged(5, "jane", "home")).toBe(1)
  })

  it("without a client's address count on the account only", async () => {
    guard = guardOf({ perIdentifier: { limit: 20, interval: 10 } })

    expect(await judged(30, "jane", undefined)).toBe(21)
  })

  describe("that one limit refuses", () => {
    it("count for no other: a pair's limit leaves the account's and the client's alone", async () => {
      guard = guardOf({
        perIdentifierAndIp: { limit: 2, window: 900 },
        perIp: { limit: 3, window: 900, interval: 3 },
        perIdentifier: { limit: 3, interval: 10 },
      })
      expect(await judged(20, "jane", "eve")).toBe(2)

      expect(await judged(1, "john", "eve")).toBe(1)
      expect(await judged(1, "jane", "home")).toBe(1)
    })

    it("count for no other: who waits in vain for an account has tried nothing", async () => {
      guard = guardOf({
        perIdentifierAndIp: { limit: 2, window: 900 },
        perIp: { limit: 3, window: 900, interval: 3 },
        perIdentifier: { limit: 1, interval: 3600 },
      })
      await judged(2, "jane", "bot")
      const waiting = Array.from({ length: 10 }, () => admit("jane", "home"))
      expect(await endsWithin(Promise.all(waiting), 30 * SECOND)).toBe(true)

      expect(await judged(2, "john", "home")).toBe(2)
    })
  })

  describe("at once", () => {
    const admitted = async (clientOf: (i: number) => string | undefined) => {
      const all = Array.from({ length: 50 }, (_, i) => attempt("jane", clientOf(i)))
      return (await Promise.all(all)).filter((result) => result === "judged").length
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
        Array.from({ length: 48 }, (_, i) => admit("jane", "eve", { by: others[i % 3]! })),
      )

      expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(10)
    })
  })

  describe("on an account that has been cleared", () => {
    it("are as free as ever, for every client", async () => {
      guard = guardOf({ perIdentifier: { limit: 20, interval: 10 } })
      await judged(10, "jane", "eve")
      await judged(10, "jane", "home")
      await judged(10, "john", "eve")
      await attempt("jane", "cafe")
      const waiting = admit("jane", "bar")
      expect(await endsWithin(waiting, 0)).toBe(false)

      await guard.clear("jane")

      expect(await endsWithin(waiting, 0)).toBe(true)
      expect(await judged(12, "jane", "home")).toBe(10)
      expect(await judged(12, "jane", "eve")).toBe(10)
      expect(await attempt("john", "eve")).toBe("refused")
      expect(await attempt("jane", "cafe")).toBe("waits") // Who waited has had the first slow turn.
    })

    it("are free for as long as its failures would have counted", async () => {
      await judged(10, "jane", "home")
      pass(SECOND)
      await guard.clear("jane")

      pass(890 * SECOND)
      expect(await attempt("jane", "home")).toBe("judged")
    })

    it("are free again after each time", async () => {
      for (let i = 0; i < 3; i++) {
        expect(await judged(12, "jane", "home")).toBe(10)
        pass(SECOND)
        await guard.clear("jane")
      }
      expect(await attempt("jane", "home")).toBe("judged")
    })

    it("are free on every instance within 10 seconds, and counted together from then on", async () => {
      const other = guardOf()
      await judged(10, "jane", "home")
      expect(await attempt("jane", "home", "failure", { by: other })).toBe("refused")

      pass(SECOND)
      await guard.clear("jane")
      expect(await attempt("jane", "home")).toBe("judged")
      pass(9 * SECOND)
      expect(await attempt("jane", "home", "failure", { by: other })).toBe("judged")
      expect(await judged(10, "jane", "home")).toBe(8)
    })

    it("get back no failures when their window ends", async () => {
      await judged(10, "jane", "home")
      pass(899 * SECOND)
      await guard.clear("jane")

      expect(await judged(10, "jane", "home")).toBe(10)
      pass(900 * SECOND)
      expect(await judged(11, "jane", "home")).toBe(10)
    })

    it("still succeed where one was under way before", async () => {
      const before = await admit("jane", "home")
      pass(SECOND)
      await guard.clear("jane")
      if (before.allowed) {
        await before.settle("success")
      }

      expect(await judged(12, "jane", "home")).toBe(10)
    })
  })

  it.each([
    ["the account is slow", { perIdentifier: { limit: 1, interval: 60 } }],
    ["the client has failed too often", { perIp: { limit: 1, window: 900, interval: 3 } }],
    ["it has failed too often on the account", { perIdentifierAndIp: { limit: 1, window: 900 } }],
  ])("are refused in a flood without asking the store, where %s", async (_, limits) => {
    guard = guardOf(limits)
    await judged(2 + 30, "jane", "eve") // More than find a place to wait.
    const asked = store.asked

    expect(await judged(100, "jane", "eve")).toBe(0)
    expect(store.asked).toBe(asked)
  })

  it("are free again after each time that the account is cleared, also in one second", async () => {
    await guard.clear("jane")
    await judged(10, "jane", "home")
    await guard.clear("jane")

    expect(await attempt("jane", "home")).toBe("judged")
  })

  describe("while the store is away", () => {
    beforeEach(() => {
      store.isAway = true
    })

    it("are still counted in a row", async () => {
      guard = guardOf({ perIdentifier: { limit: 3, interval: 10 } })

      expect(await judged(20, "jane", undefined)).toBe(3 + 1)
    })

    it("are refused from memory past a client's limits", async () => {
      expect(await judged(12, "jane", "eve")).toBe(10)
      expect(await attempt("jane", "home")).toBe("judged")
    })

    it("are free again on this instance after the account has been cleared", async () => {
      await judged(10, "jane", "home")
      pass(SECOND)
      await guard.clear("jane")

      pass(15 * SECOND)
      expect(await judged(12, "jane", "home")).toBe(10)
    })
  })

  it("pass on what is no outage", async () => {
    const ask = jest.spyOn(store, "ask")

    ask.mockRejectedValueOnce(new TypeError("a fault of ours"))
    await expect(admit("jane", "home")).rejects.toThrow("a fault of ours")
    ask.mockRejectedValueOnce(new TypeError("a fault of ours"))
    await expect(guard.clear("jane")).rejects.toThrow("a fault of ours")
  })
})
