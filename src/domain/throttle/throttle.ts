import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Logger } from "@medusajs/framework/types"
import { keyedHash } from "./keyed-hash"
import { type Attempt, LoginGuard, type LoginLimits } from "./login-guard"
import { ALLOWED, Limiter, type Refusal, type Verdict } from "./limiter"
import { PostgresStore, RedisStore } from "./stores"
import { RefusalPacer } from "./refusal-pacer"
import type { Limit } from "./shared-store"

export type { Attempt, AttemptOutcome } from "./login-guard"
export type { Refusal, Verdict } from "./limiter"
export type { Limit } from "./shared-store"

/** What is counted by client: requests for a reset, bad tokens (`update`), checks of links, registrations. */
export type CountedByIp = "request" | "update" | "check" | "register"

/** The option `throttle` with its defaults filled in. */
export type ThrottleOptions = {
  /** Requests for a reset of one address. */
  perIdentifier: Limit
  /** Requests for a reset by one client. */
  perIp: Limit
  /** Bad tokens of one client. */
  update: Limit
  /** Checks of links by one client. */
  check: Limit
  /** Registrations by one client. */
  register: Limit
  login: LoginLimits
  /** How many instances divide the limits while the shared store is unavailable. */
  instances: number
  /** Counts in this Redis rather than in Postgres. */
  redisUrl?: string
}

type Dependencies = {
  knex: Knex
  logger: Logger
  /** The key of the HMACs that stand for addresses and IPs, so that the store holds no personal data. */
  secret: string
  /** Folds an address, so that all its spellings count together. */
  foldAddress: (address: string) => string
}

/**
 * All limits of the plugin. All instances of the shop share them (OWASP ASVS 5.0, 6.3.1).
 */
export class Throttle {
  private readonly store: PostgresStore | RedisStore
  private readonly secret: string
  private readonly foldAddress: Dependencies["foldAddress"]
  private readonly byIp: Record<CountedByIp, Limiter>
  private readonly byIdentifier: Limiter
  private readonly loginGuard: LoginGuard
  private readonly refusals = new RefusalPacer()

  constructor(options: ThrottleOptions, { knex, logger, secret, foldAddress }: Dependencies) {
    const { redisUrl, instances } = options
    const store = redisUrl ? new RedisStore(redisUrl, logger) : new PostgresStore(knex, logger)
    const limiter = (name: string, limit: Limit) => new Limiter(name, limit, store, instances)
    this.store = store
    this.secret = secret
    this.foldAddress = foldAddress
    this.byIdentifier = limiter("identifier", options.perIdentifier)
    this.byIp = {
      request: limiter("request-ip", options.perIp),
      update: limiter("update-ip", options.update),
      check: limiter("check-ip", options.check),
      register: limiter("register-ip", options.register),
    }
    this.loginGuard = new LoginGuard(options.login, store, instances)
  }

  /**
   * Counts an action of a client.
   *
   * @param ip as `ClientIp` returns it; if it is unknown, the limit is disabled
   */
  async admitClient(what: CountedByIp, ip: string | undefined): Promise<Verdict> {
    return ip ? this.pace(await this.byIp[what].consume(this.keyOf(ip))) : ALLOWED
  }

  /**
   * Counts a request for a reset of an address. Above the limit the response is unchanged, but no email goes
   * out. Each actor type counts separately: otherwise a stranger could use up an address's limit with an actor
   * type that it does not have. `RecentMails` limits the mails themselves.
   */
  async admitIdentifier(request: { identifier: string; actor_type: string }): Promise<Verdict> {
    const { identifier, actor_type } = request
    return this.byIdentifier.consume(this.keyOf(`${actor_type} ${this.foldAddress(identifier)}`))
  }

  /**
   * Counts an attempt to sign in before its password is verified.
   *
   * @param address as typed, with or without an account
   * @param ip as `ClientIp` returns it; if it is unknown, the limits by client are disabled
   */
  async admitLogin(address: string, ip: string | undefined): Promise<Attempt | Refusal> {
    const key = this.keyOf(this.foldAddress(address))
    return this.pace(await this.loginGuard.admit(key, ip && this.keyOf(ip)))
  }

  /** Forgets the failed logins of all clients on an account. */
  async clearLogin(address: string): Promise<void> {
    await this.loginGuard.clear(this.keyOf(this.foldAddress(address)))
  }

  /** Closes the connection to Redis, if there is one. */
  async close(): Promise<void> {
    await this.store.close()
  }

  /** Delays refusals. Admitted requests never wait. */
  private async pace<T extends { allowed: boolean }>(verdict: T): Promise<T> {
    if (!verdict.allowed) {
      await this.refusals.pass()
    }
    return verdict
  }

  private keyOf(text: string): string {
    return keyedHash(this.secret, `throttle:${text}`)
  }
}
