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
  const signIn = async (account: string, ip: string, isRight: boolean, owner = STRANGER) => {
    const client = { ip }
    const attempt = await guard.admit({ account, client, owner, countsOnClient: true })
    if (attempt.allowed) {
      await time.sleep(HASH_MS)
      await attempt.settle(isRight ? "success" : "failure")
    }
    return attempt.allowed
  }

  let guesses = 0
  /** Guesses without end, a second apart, at one account after the other. */
  const attack = async (ip: string, accountOf: (turn: number) => string) => {
    const { signal } = end
    for (let turn = 0; !signal.aborted; turn++) {
      const isJudged = await signIn(accountOf(turn), ip, false)
      guesses += Number(isJudged)
      await time.sleep(1000)
    }
  }

  /** How long the owner needs with the right password, in seconds, trying again each time after a refusal. */
  const secondsToSignIn = async (ip: string, owner: Owner) => {
    const start = Date.now()
    let signedIn: number | undefined
    const tryOn = async () => {
      while (!(await signIn("jane", ip, true, owner))) {
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
      void attack(`bot ${bot}`, () => "jane")
    }
    await time.pass(10 * SECOND)
    expect(await secondsToSignIn("train", STRANGER)).toBeLessThan(60) // The attack has just begun.
    await time.pass(300 * SECOND)

    expect(await secondsToSignIn("home", KNOWN)).toBeLessThan(1)
    for (let place = 0; place < 10; place++) {
      expect(await secondsToSignIn(`hotel ${place}`, STRANGER)).toBeLessThan(30)
      await time.pass(5 * SECOND)
    }
  })

  it("lets shoppers in at once behind an address at which an attacker guesses", async () => {
    void attack("storefront", (turn) => `account ${turn}`)
    await time.pass(300 * SECOND)

    expect(await secondsToSignIn("storefront", KNOWN)).toBeLessThan(1)
    expect(await secondsToSignIn("storefront", STRANGER)).toBeLessThan(30)
  })

  it("refuses none of 1 000 shoppers behind one address of whom one in ten mistypes", async () => {
    const answers: Promise<boolean[]>[] = []
    const shopper = async (name: string, mistypes: boolean) => {
      const first = await signIn(name, "storefront", !mistypes)
      return mistypes ? [first, await signIn(name, "storefront", true)] : [first]
    }
    for (let i = 0; i < 1000; i++) {
      answers.push(shopper(`shopper ${i}`, i % 10 === 0))
      await time.pass(i % 5 ? 0 : 4.5 * SECOND) // They come by fives, within a quarter of an hour.
    }
    await time.pass(60 * SECOND)

    const all = (await Promise.all(answers)).flat()
    expect(all.filter((isJudged) => !isJudged)).toHaveLength(0)
  })

  /** The guesses that are judged within an hour, after an hour of guessing. */
  const guessesPerHour = async (attackers: number, accounts: number) => {
    for (let bot = 0; bot < attackers; bot++) {
      void attack(`bot ${bot}`, (turn) => `account ${(turn + bot) % accounts}`)
    }
    await time.pass(3600 * SECOND)
    guesses = 0
    await time.pass(3600 * SECOND)
    return guesses
  }

  it.each([
    ["one address, one account", 1, 1, 40],
    ["one address, 10 000 accounts", 1, 10_000, 1600],
    ["50 addresses, one account", 50, 1, 360],
  ])("leaves few guesses: %s", async (_, attackers, accounts, most) => {
    const judged = await guessesPerHour(attackers, accounts)

    expect(judged).toBeLessThanOrEqual(most * 1.02)
    expect(judged).toBeGreaterThan(most * 0.5)
  })
})
