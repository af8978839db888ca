import { randomInt } from "node:crypto"
import { BoundedMap } from "./bounded-map"
import {
  type Admission,
  ALLOWED,
  type Limit,
  Limiter,
  type Refusal,
  type SharedStore,
  StoreAway,
  type Verdict,
} from "./limiter"

export type LoginLimits = {
  /** Failures of one client on one account. */
  perIdentifierAndIp: Limit
  /** Failures of one client on any account. */
  perIp: Limit
  /** Failures in a row on one account, by any client; past them, one attempt every `interval` seconds. */
  perIdentifier: { limit: number; interval: number }
}

/** An attempt to sign in that was let through; its end must be told. */
export type Attempt = { allowed: true; settle(outcome: AttemptOutcome): Promise<void> }
/** `none`: no password was verified, whatever the reason. */
export type AttemptOutcome = "success" | "failure" | "none"

/** How long failures in a row are remembered, in seconds: 20 days, as long as a timer can run. */
const MEMORY_SECONDS = 20 * 24 * 3600

/**
 * Who may try a password. Each attempt is counted before it is made, so that many at once can't
 * slip through, and taken back when it succeeds. Nobody is locked out by strangers: the
 * account's own limit slows attempts down and stops none for good, and a completed reset clears
 * all (NIST SP 800-63B-4, 3.2.2: at most 100 failures in a row).
 */
export class LoginGuard {
  private readonly clients: Limiter
  private readonly ips: Limiter
  private readonly accounts: Limiter
  private readonly lane: Limiter
  private readonly epochs: Epochs

  constructor(limits: LoginLimits, store: SharedStore, instances: number) {
    const { perIdentifierAndIp, perIp, perIdentifier } = limits
    const inARow = { limit: perIdentifier.limit, window: MEMORY_SECONDS }
    const oneByOne = { limit: 1, window: perIdentifier.interval }
    this.clients = new Limiter("login", perIdentifierAndIp, store, instances)
    this.ips = new Limiter("login-ip", perIp, store, instances)
    this.accounts = new Limiter("login-account", inARow, store, instances)
    this.lane = new Limiter("login-lane", oneByOne, store, instances)
    this.epochs = new Epochs(store, perIdentifierAndIp.window)
  }

  /**
   * Counts an attempt before it is made.
   *
   * @param account key of the address, whether there is an account or not
   * @param ip key of the client's address; without one, what counts by client stands back
   */
  async admit(account: string, ip: string | undefined): Promise<Attempt | Refusal> {
    const client = ip && `${account}.${ip}.${await this.epochs.of(account)}`
    const remembered = this.recall(account, client, ip)
    if (remembered) {
      return remembered
    }
    const admissions: Admission[] = []
    for (const count of [
      () => (client ? this.clients.consume(client) : ALLOWED),
      () => (ip ? this.ips.consume(ip) : ALLOWED),
      () => this.slowDown(account),
    ]) {
      const verdict = await count()
      if (!verdict.allowed) {
        await takeBack(admissions)
        return verdict
      }
      admissions.push(verdict)
    }
    return {
      allowed: true,
      settle: async (outcome) => {
        if (outcome !== "failure") {
          await takeBack(admissions)
        }
        if (outcome === "success") {
          await Promise.all([
            this.accounts.clear(account),
            this.lane.clear(account),
            client && this.clients.clear(client),
          ])
        }
      },
    }
  }

  /** Forgets every failure on an account, whoever's: its owner has proved to hold the mailbox. */
  async clear(account: string): Promise<void> {
    await Promise.all([
      this.epochs.renew(account),
      this.accounts.clear(account),
      this.lane.clear(account),
    ])
  }

  /** What memory alone refuses, before anything is counted: a flood costs no query. */
  private recall(account: string, client?: string, ip?: string): Refusal | undefined {
    return (
      (client && this.clients.recall(client)) ||
      (ip && this.ips.recall(ip)) ||
      (this.accounts.recall(account) && this.lane.recall(account)) ||
      undefined
    )
  }

  private async slowDown(account: string): Promise<Verdict> {
    const inARow = await this.accounts.consume(account)
    return inARow.allowed ? inARow : this.lane.consume(account)
  }
}

async function takeBack(admissions: Admission[]): Promise<void> {
  await Promise.all(admissions.map((admission) => admission.takeBack()))
}

/** How long an epoch is believed without asking, in milliseconds. */
const EPOCH_MAX_AGE_MS = 10_000
/** How many epochs are remembered. */
const MAX_EPOCHS = 10_000

/**
 * A number that is part of the keys of everybody's failures on an account: a new one forgets them
 * all, on every instance, without knowing whose they are.
 */
class Epochs {
  private readonly stored
  private readonly known = new BoundedMap<string, { epoch: number; until: number }>(MAX_EPOCHS)

  /** @param window how long what is counted under an epoch can live, in seconds */
  constructor(
    private readonly store: SharedStore,
    private readonly window: number,
  ) {
    this.stored = store.limiter("login-epoch", { limit: 1, window })
  }

  async of(account: string): Promise<number> {
    const known = this.known.get(account)
    if (known && known.until > Date.now()) {
      return known.epoch
    }
    try {
      const stored = await this.store.ask(() => this.stored.get(account))
      return this.know(account, stored?.consumedPoints ?? 0)
    } catch (error) {
      if (error instanceof StoreAway) {
        return known?.epoch ?? 0
      }
      throw error
    }
  }

  async renew(account: string): Promise<void> {
    const epoch = this.know(account, randomInt(1, 2 ** 31 - 1))
    try {
      await this.store.ask(() => this.stored.set(account, epoch, this.window))
    } catch (error) {
      if (!(error instanceof StoreAway)) {
        throw error
      }
    }
  }

  private know(account: string, epoch: number): number {
    this.known.set(account, { epoch, until: Date.now() + EPOCH_MAX_AGE_MS })
    return epoch
  }
}
