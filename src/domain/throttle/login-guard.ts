import { BoundedMap } from "./bounded-map"
import { type ByClient, byClient, type Client, countsOf } from "./client"
import { type Admission, ALLOWED, consumeAll, Limiter, type Refusal, takeBack } from "./limiter"
import { LoginEpochs } from "./login-epochs"
import { PacedLimit } from "./paced-limit"
import type { Limit, SharedStore } from "./shared-store"

/** The limits on failed logins. */
export type LoginLimits = {
  /** Failures of one client on one account. */
  perIdentifierAndIp: Limit
  /** Failures of one client on any account. Then one attempt every `interval` seconds of all is let through. */
  perIp: Limit & { interval: number }
  /** Failures in a row on one account, by any client. Then one attempt every `interval` seconds is let through. */
  perIdentifier: { limit: number; interval: number }
}

/** Who tries to sign in to what. */
export type LoginAttempt = {
  /** Key of the address, with or without an account. */
  account: string
  client: Client
  owner: Owner
  /** Whether failures also count on the client, whatever the account. Registrations have their own count. */
  countsOnClient: boolean
}

/** What is remembered of an account's owner. */
export type Owner = {
  /** Whether an earlier success makes the client known on the account. Asked only past a limit. */
  isKnown(): Promise<boolean>
  /** Remembers a success. Resolves to whether the failures counted under the address are the account's alone. */
  succeed(): Promise<boolean>
}

/** An admitted attempt to sign in. Call `settle` with its outcome. */
export type Attempt = { allowed: true; settle(outcome: AttemptOutcome): Promise<void> }
/** `none`: no password was verified, such as when the request was malformed. */
export type AttemptOutcome = "success" | "failure" | "none"

/** How long failures in a row are remembered: 20 days. */
const IN_A_ROW_SECONDS = 20 * 24 * 3600
/** How many wait behind one address: shoppers of a storefront, most of whom give their turn back at once. */
const MAX_SHOPPERS = 30
/** How many clients are remembered with what they tried. */
const MAX_TRIES = 10_000

/**
 * Limits guesses at passwords. An attempt is counted before its password is verified, so that parallel
 * attempts can't exceed the limit. A successful attempt is uncounted, and raises no other limit.
 *
 * Nobody can lock an owner out (NIST SP 800-63B-4, 3.2.2: at most 100 failures in a row). A client that is
 * known on the account has a count of its own for it. Everybody else is slowed down past the limits of the
 * account and of the client, and a completed reset forgets all failures.
 */
export class LoginGuard {
  private readonly byPair: Limiter
  private readonly byClient: ByClient<PacedLimit>
  private readonly inARow: PacedLimit
  private readonly epochs: LoginEpochs
  private readonly tries: Tries

  /** @param onSlowClient is told when a client waits because of its own failures */
  constructor(
    limits: LoginLimits,
    store: SharedStore,
    instances: number,
    private readonly onSlowClient: () => void = () => undefined,
  ) {
    const { perIdentifierAndIp, perIp, perIdentifier } = limits
    const { interval, ...perClient } = perIp
    const rowPace = { ...perIdentifier, window: IN_A_ROW_SECONDS }
    this.byPair = new Limiter("login", perIdentifierAndIp, store, instances)
    this.byClient = byClient(
      perClient,
      "login-ip",
      (name, limit) =>
        new PacedLimit(name, { ...limit, interval, places: MAX_SHOPPERS }, store, instances),
    )
    this.inARow = new PacedLimit("login-account", rowPace, store, instances)
    this.epochs = new LoginEpochs(store, perIdentifierAndIp.window)
    this.tries = new Tries(perIdentifierAndIp.window)
  }

  /** Counts an attempt before its password is verified. Past a limit, it waits for its turn. */
  async admit(attempt: LoginAttempt): Promise<Attempt | Refusal> {
    const { account, client, owner, countsOnClient } = attempt
    const pair = client.ip && `${account}.${client.ip}.${await this.epochs.of(account)}`
    const tries = this.tries.add(pair ?? account)
    const refused = pair && this.byPair.recall(pair)
    if (refused) {
      return refused
    }
    const wide: [PacedLimit, string][] = [
      ...(countsOnClient ? countsOf(this.byClient, client) : []),
      [this.inARow, account],
    ]
    if (wide.some(([limit, key]) => limit.isPast(key)) && (await owner.isKnown())) {
      wide.length = 0
    }
    const crowded = wide.find(([limit, key]) => limit.isCrowded(key, tries))
    if (crowded) {
      return crowded[0].refusal // From memory, so that a flood costs no query.
    }
    const verdicts = await consumeAll([
      ...(pair ? [[this.byPair, pair] as const] : []),
      ...wide.map(([{ free }, key]) => [free, key] as const),
    ])
    const ofPair = pair ? verdicts.shift()! : ALLOWED
    const admissions = [ofPair, ...verdicts].filter((verdict) => verdict.allowed)
    const past = wide.filter((_, index) => !verdicts[index]!.allowed)
    if (!ofPair.allowed) {
      await takeBack(admissions)
      return ofPair
    }
    if (past.length > 0 && !(await owner.isKnown())) {
      if (past.some(([limit]) => limit !== this.inARow)) {
        this.onSlowClient()
      }
      for (const [limit, key] of past) {
        const turn = await limit.wait(key, tries)
        if (!turn.allowed) {
          await takeBack(admissions)
          return turn
        }
        admissions.push(turn)
      }
    }
    return { allowed: true, settle: (outcome) => this.settle(outcome, attempt, pair, admissions) }
  }

  /** Forgets the failures of all clients on an account. Its owner has proved access to the mailbox. */
  async clear(account: string): Promise<void> {
    await Promise.all([this.epochs.renew(account), this.inARow.clear(account)])
  }

  /** Refuses all who wait: the shop is shutting down. */
  close(): void {
    const { ip, network, storefront } = this.byClient
    for (const limit of [ip, network, storefront, this.inARow]) {
      limit.close()
    }
  }

  private async settle(
    outcome: AttemptOutcome,
    { account, owner }: LoginAttempt,
    pair: string | undefined,
    admissions: Admission[],
  ): Promise<void> {
    if (outcome === "failure") {
      return
    }
    await takeBack(admissions)
    if (outcome === "success" && (await owner.succeed())) {
      this.tries.forget(pair ?? account)
      await (pair && this.byPair.clear(pair))
    }
  }
}

/** How often who has tried lately: what decides over turns. */
class Tries {
  private readonly tries = new BoundedMap<string, { count: number; until: number }>(MAX_TRIES)

  /** @param window seconds */
  constructor(private readonly window: number) {}

  /** Counts a try, refused ones too. */
  add(key: string): number {
    const now = Date.now()
    const known = this.tries.get(key)
    const count = known && known.until > now ? known.count + 1 : 1
    this.tries.set(key, { count, until: now + this.window * 1000 })
    return count
  }

  forget(key: string): void {
    this.tries.delete(key)
  }
}
