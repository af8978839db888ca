import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Logger } from "@medusajs/framework/types"
import { keyedHash } from "./keyed-hash"
import { type Attempt, LoginGuard, type LoginLimits } from "./login-guard"
import { ALLOWED, type Limit, Limiter, type Refusal, type Verdict } from "./limiter"
import { PostgresStore, RedisStore } from "./stores"
import { RefusalPacer } from "./refusal-pacer"

export type { Attempt, AttemptOutcome } from "./login-guard"
export type { Limit, Refusal, Verdict } from "./limiter"

/** What is counted by client: requests for a reset, bad tokens, link checks, registrations. */
export type CountedByIp = "request" | "update" | "check" | "register"

export type ThrottleOptions = {
  perIdentifier: Limit
  perIp: Limit
  update: Limit
  check: Limit
  register: Limit
  login: LoginLimits
  instances: number
  redisUrl?: string
}

type Dependencies = {
  knex: Knex
  logger: Logger
  /** Keys are HMACs under it: whose mail or address they stand for is nobody's business. */
  secret: string
  /** Brings all spellings of an address into one: they count together. */
  foldAddress: (address: string) => string
}

/**
 * All limits of the plugin, shared by all instances of the shop (OWASP ASVS 5.0, 6.3.1).
 * Addresses are counted as they fold.
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
   * Counts something that a client does.
   *
   * @param ip as `ClientIp` gives it; without one, the limit stands back
   */
  async admitClient(what: CountedByIp, ip: string | undefined): Promise<Verdict> {
    return ip ? this.inTurn(await this.byIp[what].consume(this.keyOf(ip))) : ALLOWED
  }

  /**
   * Counts a request for a reset of an address; past the limit, it is answered and forgotten. Each
   * actor type has a count of its own: else a stranger could use an address up by asking for one
   * that it does not have, which sends no mail. What limits mails is `RecentMails`.
   */
  async admitIdentifier(request: { identifier: string; actor_type: string }): Promise<Verdict> {
    const { identifier, actor_type } = request
    return this.byIdentifier.consume(this.keyOf(`${actor_type} ${this.foldAddress(identifier)}`))
  }

  /** Counts an attempt on the password of an account, known or not, before it is made. */
  async admitLogin(address: string, ip: string | undefined): Promise<Attempt | Refusal> {
    const key = this.keyOf(this.foldAddress(address))
    return this.inTurn(await this.loginGuard.admit(key, ip && this.keyOf(ip)))
  }

  /** Forgets every failed attempt on the password of an account. */
  async clearLogin(address: string): Promise<void> {
    await this.loginGuard.clear(this.keyOf(this.foldAddress(address)))
  }

  async close(): Promise<void> {
    await this.store.close()
  }

  /** Whoever is admitted never waits. */
  private async inTurn<T extends { allowed: boolean }>(verdict: T): Promise<T> {
    if (!verdict.allowed) {
      await this.refusals.pass()
    }
    return verdict
  }

  private keyOf(text: string): string {
    return keyedHash(this.secret, `throttle:${text}`)
  }
}
