import { type Admission, ALLOWED, Limiter, type Refusal, type Verdict } from "./limiter"
import { LoginEpochs } from "./login-epochs"
import type { Limit, SharedStore } from "./shared-store"

/** The limits on failed logins. */
export type LoginLimits = {
  /** Failures of one client on one account. */
  perIdentifierAndIp: Limit
  /** Failures of one client on any account. */
  perIp: Limit
  /** Failures in a row on one account, by any client. Then one attempt every `interval` seconds is let through. */
  perIdentifier: { limit: number; interval: number }
}

/** An admitted attempt to sign in. Call `settle` with its outcome. */
export type Attempt = { allowed: true; settle(outcome: AttemptOutcome): Promise<void> }
/** `none`: no password was verified, such as when the request was malformed. */
export type AttemptOutcome = "success" | "failure" | "none"

/** How long failures in a row are remembered: 20 days. A timer in memory can't run much longer. */
const IN_A_ROW_SECONDS = 20 * 24 * 3600

/**
 * Limits guesses at passwords. An attempt is counted before its password is verified, so that parallel
 * attempts can't exceed the limit. A successful attempt is uncounted.
 *
 * Strangers can't lock an owner out: the limit of an account only slows attempts down, and a completed reset
 * clears all failures (NIST SP 800-63B-4, 3.2.2: at most 100 failures in a row).
 */
export class LoginGuard {
  private readonly byAccountAndIp: Limiter
  private readonly byIp: Limiter
  private readonly inARow: Limiter
  private readonly slowed: Limiter
  private readonly epochs: LoginEpochs

  constructor(limits: LoginLimits, store: SharedStore, instances: number) {
    const { perIdentifierAndIp, perIp, perIdentifier } = limits
    const rowLimit = { limit: perIdentifier.limit, window: IN_A_ROW_SECONDS }
    const slowedLimit = { limit: 1, window: perIdentifier.interval }
    this.byAccountAndIp = new Limiter("login", perIdentifierAndIp, store, instances)
    this.byIp = new Limiter("login-ip", perIp, store, instances)
    this.inARow = new Limiter("login-account", rowLimit, store, instances)
    this.slowed = new Limiter("login-lane", slowedLimit, store, instances)
    this.epochs = new LoginEpochs(store, perIdentifierAndIp.window)
  }

  /**
   * Counts an attempt before its password is verified.
   *
   * @param account key of the address, with or without an account
   * @param ip key of the client's IP address; if it is unknown, the limits by client are disabled
   */
  async admit(account: string, ip: string | undefined): Promise<Attempt | Refusal> {
    const client = ip && `${account}.${ip}.${await this.epochs.of(account)}`
    const refusal = this.recall(account, client, ip)
    if (refusal) {
      return refusal
    }
    const admissions: Admission[] = []
    for (const count of [
      () => (client ? this.byAccountAndIp.consume(client) : ALLOWED),
      () => (ip ? this.byIp.consume(ip) : ALLOWED),
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
            this.inARow.clear(account),
            this.slowed.clear(account),
            client && this.byAccountAndIp.clear(client),
          ])
        }
      },
    }
  }

  /** Forgets the failures of all clients on an account. Its owner has proved access to the mailbox. */
  async clear(account: string): Promise<void> {
    await Promise.all([
      this.epochs.renew(account),
      this.inARow.clear(account),
      this.slowed.clear(account),
    ])
  }

  /** The refusal of an attempt that is known to be over a limit. Reads memory only, so a flood costs no query. */
  private recall(account: string, client?: string, ip?: string): Refusal | undefined {
    return (
      (client && this.byAccountAndIp.recall(client)) ||
      (ip && this.byIp.recall(ip)) ||
      (this.inARow.recall(account) && this.slowed.recall(account)) ||
      undefined
    )
  }

  /** Counts an attempt on an account. After too many in a row, it admits one attempt per interval. */
  private async slowDown(account: string): Promise<Verdict> {
    const verdict = await this.inARow.consume(account)
    return verdict.allowed ? verdict : this.slowed.consume(account)
  }
}

async function takeBack(admissions: Admission[]): Promise<void> {
  await Promise.all(admissions.map((admission) => admission.takeBack()))
}
