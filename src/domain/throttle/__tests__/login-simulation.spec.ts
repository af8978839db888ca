import type { Client } from "../client"
import { LoginGuard, type Owner } from "../login-guard"
import { SECOND, TestStore } from "./test-store"
import { VirtualTime } from "./virtual-time"

/** The defaults of the options. */
const LIMITS = {
  perIdentifierAndIp: { limit: 10, window: 900 },
  perIp: { limit: 100, window: 900, interval: 3 },
  perIdentifier: { limit: 100, interval: 10 },
}
const HASH_MS = 300
/** The one address of all shoppers whose storefront signs them in from its server. */
const STOREFRONT: Client = { ip: "storefront" }
const STRANGER: Owner = { isKnown: async () => false, succeed: async () => true }
const KNOWN: Owner = { ...STRANGER, isKnown: async () => true }

/**
 * People and attackers in virtual time, against the guard with its defaults. What it prints is what
 * docs/threat-model.md says.
 */
describe("the login throttle, simulated", () => {
  let time: VirtualTime
  let guard: LoginGuard
  let end: AbortController

  beforeEach(() => {
    time = new VirtualTime()
    guard = new LoginGuard(LIMITS, new TestStore(), 1)
    end = new AbortController()
  })

  afterEach(() => {
    end.abort()
    guard.close()
    jest.restoreAllMocks()
  })

  /** An attempt to sign in. Resolves to whether its password was judged. */
  const signIn = async (account: string, client: Client, isRight: boolean, owner = STRANGER) => {
    const attempt = await guard.admit({ account, client, owner, countsOnClient: true })
    if (attempt.allowed) {
      await time.sleep(HASH_MS)
      await attempt.settle(isRight ? "success" : "failure")
    }
    return attempt.allowed
  }

  let guesses = 0
  /** Guesses without end at one account after the other. */
  const attack = async (client: Client, accountOf: (turn: number) => string, pauseMs = 1000) => {
    const { signal } = end
    for (let turn = 0; !signal.aborted; turn++) {
      const isJudged = await signIn(accountOf(turn), client, false)
      guesses += Number(isJudged)
      await time.sleep(pauseMs)
    }
  }

  /** How long the owner needs with the right password, in seconds, trying again each time after a refusal. */
  const secondsToSignIn = async (client: Client, owner: Owner) => {
    const start = Date.now()
    let signedIn: number | undefined
    const tryOn = async () => {
      while (!(await signIn("jane", client, true, owner))) {
        await time.sleep(1000)
      }
      signedIn = Date.now()
    }
    void tryOn()
    while (signedIn === undefined) {
      await time.pass(100)
    }
    return (signedIn - start) / SECOND
  }

  it("lets an owner in whom a hundred attackers try to keep out", async () => {
    for (let bot = 0; bot < 100; bot++) {
      void attack({ ip: `bot ${bot}` }, () => "jane")
    }
    await time.pass(10 * SECOND)
    expect(await secondsToSignIn({ ip: "train" }, STRANGER)).toBeLessThan(60) // The attack has just begun.
    await time.pass(300 * SECOND)

    expect(await secondsToSignIn({ ip: "home" }, KNOWN)).toBeLessThan(1)
    for (let place = 0; place < 10; place++) {
      expect(await secondsToSignIn({ ip: `hotel ${place}` }, STRANGER)).toBeLessThan(30)
      await time.pass(5 * SECOND)
    }
  })

  it("lets shoppers in at once behind an address at which an attacker guesses", async () => {
    void attack(STOREFRONT, (turn) => `account ${turn}`)
    await time.pass(300 * SECOND)

    expect(await secondsToSignIn(STOREFRONT, KNOWN)).toBeLessThan(1)
    expect(await secondsToSignIn(STOREFRONT, STRANGER)).toBeLessThan(30)
  })

  it.each([100, 150, 200])(
    "refuses none of 1 000 shoppers behind one address of whom %d mistype in a quarter of an hour",
    async (mistypes) => {
      const answers: Promise<boolean[]>[] = []
      const shopper = async (name: string, isWrong: boolean) => {
        const first = await signIn(name, STOREFRONT, !isWrong)
        return isWrong ? [first, await signIn(name, STOREFRONT, true)] : [first]
      }
      for (let i = 0; i < 1000; i++) {
        answers.push(shopper(`shopper ${i}`, (i * mistypes) % 1000 < mistypes))
        await time.pass(0.9 * SECOND)
      }
      await time.pass(60 * SECOND)

      const all = (await Promise.all(answers)).flat()
      expect(all).toHaveLength(1000 + mistypes)
      expect(all.filter((isJudged) => !isJudged)).toHaveLength(0)
    },
  )

  /** The guesses an hour that are judged when the guessing has gone on for some time. */
  const guessesPerHour = async (clients: Client[], accounts: number, pauseMs?: number) => {
    clients.forEach((client, bot) => {
      void attack(client, (turn) => `account ${(turn + bot) % accounts}`, pauseMs)
    })
    // At many accounts, only limits with a window of a quarter of an hour are reached.
    const seconds = accounts === 1 ? 3600 : LIMITS.perIp.window
    await time.pass(seconds * SECOND)
    guesses = 0
    await time.pass(seconds * SECOND)
    return (guesses * 3600) / seconds
  }

  const clients = (count: number, more: Partial<Client> = {}) =>
    Array.from({ length: count }, (_, bot) => ({ ip: `bot ${bot}`, ...more }))
  const MANY = 10_000

  // The cells of the table in docs/threat-model.md. Addresses that share no limit add up: 10 stand for 1 000.
  it.each([
    ["one address, one account", clients(1), 1, 40],
    ["one address, 10 000 accounts", clients(1), MANY, 1600],
    ["one /48, one account", clients(20, { network: "/48" }), 1, 360],
    ["one /48, 10 000 accounts", clients(10, { network: "/48" }), MANY, 5200],
    ["1 000 addresses, one account", clients(1000), 1, 360, 60_000],
    ["10 addresses, 10 000 accounts", clients(10), MANY, 10 * 1600],
    ["20 behind a storefront, one account", Array(20).fill(STOREFRONT), 1, 40],
    ["20 behind a storefront, 10 000 accounts", Array(20).fill(STOREFRONT), MANY, 1600],
    ["a storefront's secret, one account", clients(20, { storefront: "secret" }), 1, 360],
    ["a storefront's secret, 10 000 accounts", clients(30, { storefront: "secret" }), MANY, 41_200],
  ] satisfies [string, Client[], number, number, number?][])(
    "leaves few guesses: %s",
    async (_, from, accounts, most, pauseMs = 1000) => {
      const judged = await guessesPerHour(from, accounts, pauseMs)

      expect(judged).toBeLessThanOrEqual(most * 1.02)
      expect(judged).toBeGreaterThan(most * 0.8)
    },
  )
})
