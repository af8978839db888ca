import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Logger } from "@medusajs/framework/types"
import { type ByClient, byClient, type Client, countsOf, mapClient } from "./client"
import { keyedHash } from "./keyed-hash"
import { type KnownAccount, KnownClients } from "./known-clients"
import { type Attempt, LoginGuard, type LoginLimits, type Owner } from "./login-guard"
import { consumeAll, Limiter, type Refusal, takeBack, type Verdict } from "./limiter"
import { PostgresStore, RedisStore } from "./stores"
import { RefusalPacer } from "./refusal-pacer"
import type { Limit } from "./shared-store"

export type { Client } from "./client"
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
  /** Finds the account that an address means, and whether others fold to the same address. */
  accountFor: (address: string) => Promise<{ entity_id?: string; isAmbiguous: boolean }>
}

/**
 * All limits of the plugin. All instances of the shop share them (OWASP ASVS 5.0, 6.3.1).
 */
export class Throttle {
  private readonly store: PostgresStore | RedisStore
  private readonly byClient: Record<CountedByIp, ByClient<Limiter>>
  private readonly byIdentifier: Limiter
  private readonly loginGuard: LoginGuard
  private readonly knownClients: KnownClients
  private readonly refusals = new RefusalPacer()
  private hasWarned = false

  constructor(
    options: ThrottleOptions,
    private readonly dependencies: Dependencies,
  ) {
    const { knex, logger } = dependencies
    const { redisUrl, instances } = options
    const store = redisUrl ? new RedisStore(redisUrl, logger) : new PostgresStore(knex, logger)
    const limiter = (name: string, limit: Limit) => new Limiter(name, limit, store, instances)
    this.store = store
    this.byIdentifier = limiter("identifier", options.perIdentifier)
    this.byClient = {
      request: byClient(options.perIp, "request-ip", limiter),
      update: byClient(options.update, "update-ip", limiter),
      check: byClient(options.check, "check-ip", limiter),
      register: byClient(options.register, "register-ip", limiter),
    }
    this.loginGuard = new LoginGuard(options.login, store, instances, () =>
      this.warn("logins of one client are slowed down, after `throttle.login.perIp` failures"),
    )
    this.knownClients = new KnownClients(knex, logger)
  }

  /**
   * Counts an action of a client.
   *
   * @param client as `ClientIp` returns it; if its address is unknown, the limit is disabled
   */
  async admitClient(what: CountedByIp, client: Client): Promise<Verdict> {
    const verdicts = await consumeAll(countsOf(this.byClient[what], this.keysOf(client)))
    const refusal = verdicts.find((verdict) => !verdict.allowed)
    const admissions = verdicts.filter((verdict) => verdict.allowed)
    if (!refusal) {
      return { allowed: true, takeBack: () => takeBack(admissions) }
    }
    await takeBack(admissions)
    this.warn(
      `requests of one client are refused, after ${refusal.limit.limit} of a kind (${what})`,
    )
    return this.pace(refusal)
  }

  /**
   * Counts a request for a reset of an address. Above the limit the response is unchanged, but no email goes
   * out. Each actor type counts separately: otherwise a stranger could use up an address's limit with an actor
   * type that it does not have. `RecentMails` limits the mails themselves.
   */
  async admitIdentifier(request: { identifier: string; actor_type: string }): Promise<Verdict> {
    const { identifier, actor_type } = request
    const address = this.dependencies.foldAddress(identifier)
    return this.byIdentifier.consume(this.keyOf(`${actor_type} ${address}`))
  }

  /**
   * Counts an attempt on a password before it is verified. Past a limit it may take half a minute.
   *
   * @param address as typed, with or without an account
   * @param client as `ClientIp` returns it; if its address is unknown, the limits by client are disabled
   * @param isRegistration registrations have a client limit of their own: `admitClient("register")`
   */
  async admitLogin(
    address: string,
    client: Client,
    { isRegistration = false } = {},
  ): Promise<Attempt | Refusal> {
    const keys = this.keysOf(client)
    const attempt = await this.loginGuard.admit({
      account: this.addressKey(address),
      client: keys,
      owner: this.ownerOf(address, keys.ip),
      countsOnClient: !isRegistration,
    })
    return this.pace(attempt)
  }

  /** Forgets the failed logins of all clients on an account, and from where its owner has signed in. */
  async clearLogin(entity_id: string): Promise<void> {
    await Promise.all([
      this.loginGuard.clear(this.addressKey(entity_id)),
      this.knownClients.forget(this.knownAccount(entity_id, async () => entity_id)),
    ])
  }

  /** Turns those away who wait for a turn, so that the shop can shut down. */
  turnAway(): void {
    this.loginGuard.close()
  }

  /** Closes the connection to Redis, if there is one. */
  async close(): Promise<void> {
    await this.store.close()
  }

  /** What is known of the owner of the account that an address means. Accounts that differ are told apart. */
  private ownerOf(address: string, client: string | undefined): Owner {
    const { accountFor } = this.dependencies
    const known = this.knownAccount(address, async () => (await accountFor(address)).entity_id)
    return {
      isKnown: async () => Boolean(client && (await this.knownClients.isKnown(known, client))),
      succeed: async () => {
        await (client && this.knownClients.remember(known, client))
        // While the database fails, nothing is forgotten.
        const { isAmbiguous } = await accountFor(address).catch(() => ({ isAmbiguous: true }))
        return !isAmbiguous
      },
    }
  }

  private knownAccount(
    address: string,
    findEntity: () => Promise<string | undefined>,
  ): KnownAccount {
    return {
      address: this.addressKey(address),
      spelling: this.keyOf(address.trim()),
      find: async () => this.keyOf(`account ${(await findEntity()) ?? address}`),
    }
  }

  private addressKey(address: string): string {
    return this.keyOf(this.dependencies.foldAddress(address))
  }

  /** Warns once, when a client limit first refuses somebody. */
  private warn(what: string) {
    if (!this.hasWarned) {
      this.hasWarned = true
      this.dependencies.logger.warn(
        `medusa-plugin-password-reset: ${what}. Where a storefront's server calls for all its shoppers, ` +
          "let it forward their addresses: throttle.trustedClients (docs/configuration.md)",
      )
    }
  }

  private keysOf(client: Client): Client {
    return mapClient(client, (text) => this.keyOf(text))
  }

  /** Delays refusals. Admitted requests never wait. */
  private async pace<T extends { allowed: boolean }>(verdict: T): Promise<T> {
    if (!verdict.allowed) {
      await this.refusals.pass()
    }
    return verdict
  }

  private keyOf(text: string): string {
    return keyedHash(this.dependencies.secret, `throttle:${text}`)
  }
}
