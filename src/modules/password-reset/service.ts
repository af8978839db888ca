import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { ConfigModule, IEventBusModuleService, Logger } from "@medusajs/framework/types"
import {
  AuthWorkflowEvents,
  ContainerRegistrationKeys,
  MedusaService,
  Modules,
} from "@medusajs/framework/utils"
import { foldAddress, isAmbiguous, pickAccount } from "../../domain/accounts/address"
import { mailboxOf } from "../../domain/accounts/mailbox"
import {
  type EmailpassAccount,
  findEmailpassAccounts,
} from "../../domain/accounts/emailpass-accounts"
import {
  findGuests,
  findOtherSignIns,
  type Guest,
  type OtherSignIn,
} from "../../domain/accounts/other-accounts"
import { findOwners, type OwnedAccount } from "../../domain/accounts/owners"
import {
  findAbandonedIdentities,
  findEmailpassAddress,
} from "../../domain/database/medusa/accounts"
import { findOwnerNames } from "../../domain/database/medusa/customers"
import { deleteStoredLinks } from "../../domain/database/medusa/notifications"
import { countWaiting, giveUp } from "../../domain/database/outbox"
import { OwnTables } from "../../domain/database/own-tables"
import { withoutStatement } from "../../domain/database/sql"
import { WakeUp } from "../../domain/events/wake-up"
import { negotiateLocale } from "../../domain/mails"
import { DeliveryWatch } from "../../domain/mails/delivery-watch"
import { NoticeRepository } from "../../domain/passwords/notice-repository"
import { createPasswordPolicy, type PasswordPolicy } from "../../domain/passwords/password-policy"
import { checkToken, type TokenExpectation } from "../../domain/resets/check-token"
import { DeliveryRepository } from "../../domain/resets/delivery-repository"
import { ResetRepository } from "../../domain/resets/reset-repository"
import { Retention } from "../../domain/resets/retention"
import { sessionLifetime } from "../../domain/sessions/session"
import { SessionCutoffs } from "../../domain/sessions/session-cutoffs"
import { ClientIp } from "../../domain/throttle/client-ip"
import { keyedHash } from "../../domain/throttle/keyed-hash"
import { Throttle } from "../../domain/throttle/throttle"
import { atMostEvery } from "../../domain/timing/at-most-every"
import { BurstDetector } from "../../domain/timing/burst-detector"
import type { ResetTokenClaims } from "../../domain/tokens/reset-token"
import { PasswordNotice } from "./models/password-notice"
import { PasswordReset } from "./models/password-reset"
import { parseOptions } from "./options"
import type { PasswordResetOptions } from "./options/schema"
import { checkStart, usesOurEmailpass } from "./start-checks"

type InjectedDependencies = {
  [ContainerRegistrationKeys.PG_CONNECTION]: Knex
  [ContainerRegistrationKeys.CONFIG_MODULE]: ConfigModule
  [ContainerRegistrationKeys.LOGGER]: Logger
  [Modules.EVENT_BUS]: IEventBusModuleService & {
    eventToSubscribersMap?: Map<string | symbol, unknown>
  }
}

/** How long the shop's shutdown waits for a wake-up that is under way. */
const SHUTDOWN_TIMEOUT_MS = 5000

/** How often the log may say that links are signed with another secret. */
const SECRET_WARNING_INTERVAL_MS = 3_600_000

/**
 * What the routes, workflows and subscribers of the plugin share: its options, and what is made of
 * them. Resets can be listed and retrieved as with any module.
 */
export class PasswordResetModuleService extends MedusaService({
  PasswordReset,
  PasswordNotice,
}) {
  readonly options: PasswordResetOptions
  readonly resetRepository: ResetRepository
  readonly deliveryRepository: DeliveryRepository
  readonly noticeRepository: NoticeRepository
  readonly retention: Retention
  readonly tables: OwnTables
  readonly deliveryWatch: DeliveryWatch
  readonly passwordPolicy: PasswordPolicy
  readonly clientIp: ClientIp
  readonly bursts = new BurstDetector()
  /** Where the process keeps its worker: see `workerOf`. */
  readonly workerSlot: { worker?: unknown } = {}
  /** The HMAC that is kept instead of an address that has no account. */
  readonly addressKey: (address: string) => string
  readonly mailboxKey: (address: string) => string
  /** Undefined with `throttle: false`. */
  readonly throttle?: Throttle
  /** Undefined with `endSessions: false`. */
  readonly sessions?: SessionCutoffs

  private readonly knex: Knex
  private readonly config: ConfigModule
  private readonly logger: Logger
  private readonly eventBus: InjectedDependencies[typeof Modules.EVENT_BUS]
  private starting?: Promise<void>
  private ourEmailpass?: Promise<boolean>
  private readonly wakeUp: WakeUp
  private readonly endings: (() => Promise<void>)[] = []
  private isEnding = false

  __hooks = {
    onApplicationStart: async () => {
      // Not awaited: a mail server that does not answer must not delay the boot.
      this.starting = this.start()
    },
    onApplicationPrepareShutdown: async () => {
      await this.starting
      this.sessions?.stop()
      this.throttle?.turnAway()
      this.isEnding = true
      const endings = this.endings.map((end) => end())
      await Promise.all([this.wakeUp.drain(SHUTDOWN_TIMEOUT_MS), ...endings])
    },
    onApplicationShutdown: async () => {
      await this.throttle?.close()
    },
  }

  constructor(container: InjectedDependencies, options: unknown) {
    super(...(arguments as unknown as []))
    this.knex = container[ContainerRegistrationKeys.PG_CONNECTION]
    this.config = container[ContainerRegistrationKeys.CONFIG_MODULE]
    this.logger = container[ContainerRegistrationKeys.LOGGER]
    this.eventBus = container[Modules.EVENT_BUS]
    this.options = parseOptions(options, this.config.admin)
    this.resetRepository = new ResetRepository(this.knex, this.options)
    this.deliveryRepository = new DeliveryRepository(this.knex, this.options.delivery)
    this.noticeRepository = new NoticeRepository(this.knex, this.options.delivery)
    this.tables = new OwnTables(this.knex)
    this.deliveryWatch = new DeliveryWatch(this.logger, () => countWaiting(this.knex))
    this.retention = new Retention(this.knex, this.options.retention)
    this.wakeUp = new WakeUp({ eventBus: this.eventBus, logger: this.logger }, (error) =>
      this.logFailure("waking the worker", error),
    )
    this.passwordPolicy = createPasswordPolicy(this.options.password, this.logger)
    const { throttle, endSessions } = this.options
    const { http } = this.config.projectConfig
    this.clientIp = new ClientIp(throttle || {}, this.logger)
    const secret = String(http.cookieSecret ?? http.jwtSecret)
    this.addressKey = (address) => `hmac:${keyedHash(secret, `address:${foldAddress(address)}`)}`
    this.mailboxKey = (address) => `hmac:${keyedHash(secret, `mailbox:${mailboxOf(address)}`)}`
    if (throttle) {
      this.throttle = new Throttle(throttle, {
        knex: this.knex,
        logger: this.logger,
        secret,
        foldAddress,
        accountFor: async (address) => {
          const accounts = await this.findAccounts([address])
          const { entity_id } = pickAccount(address, accounts) ?? {}
          return { entity_id, isAmbiguous: isAmbiguous(address, accounts) }
        },
      })
    }
    if (endSessions) {
      const lifetime = sessionLifetime(this.config.projectConfig)
      this.sessions = new SessionCutoffs(this.knex, lifetime, (error) =>
        this.logFailure("asking for ended sessions", error),
      )
    }
  }

  /** Whether the store's passwords go through this plugin's provider; without it no link can work. */
  usesOurEmailpass(): Promise<boolean> {
    return (this.ourEmailpass ??= usesOurEmailpass(this.config))
  }

  /** Tells the workers, on whatever instance, that there is work. */
  readonly wakeWorker = (): void => {
    this.wakeUp.send()
  }

  /** Registers what ends before the shop does; at once where the shop is ending already. */
  readonly onShutdown = (end: () => Promise<void>): void => {
    this.endings.push(end)
    if (this.isEnding) {
      void end()
    }
  }

  /** Finds every account that one of the addresses may mean; `pickAccount` decides which. */
  async findAccounts(addresses: string[]): Promise<EmailpassAccount[]> {
    return findEmailpassAccounts(this.knex, addresses)
  }

  /** Finds every account without a password that one of the addresses may mean. */
  async findOtherSignIns(addresses: string[]): Promise<OtherSignIn[]> {
    return findOtherSignIns(this.knex, addresses)
  }

  /** Finds customers without an account who have one of the addresses. */
  async findGuests(addresses: string[]): Promise<Guest[]> {
    return findGuests(this.knex, addresses)
  }

  /** Finds the stored address that an identity signs in with by password, if it has one. */
  async findAddress(auth_identity_id: string): Promise<string | undefined> {
    return findEmailpassAddress(this.knex, auth_identity_id)
  }

  /** Finds the accounts of customers whose `email` is the address that they sign in with. */
  async findOwners(accounts: readonly OwnedAccount[]): Promise<Map<string, string>> {
    return findOwners(this.knex, accounts)
  }

  /** Finds the first and last names of an account's owner, where Medusa has them. */
  async findOwnerNames(account: { entity_id: string; actor_type: string }): Promise<string[]> {
    return findOwnerNames(this.knex, account)
  }

  /** Finds identities that Medusa would have deleted if no password had been changed. */
  async findAbandonedIdentities(): Promise<string[]> {
    return findAbandonedIdentities(this.knex)
  }

  /** Picks the first available language, in the order of wishes; else the store's own. */
  readonly pickLocale = (wishes: readonly unknown[]): string => {
    const { locales, defaultLocale } = this.options.email
    const tags = wishes.filter((wish) => typeof wish === "string")
    return negotiateLocale(tags, locales, defaultLocale)
  }

  /** Ends mails that are past their deadline before anybody could try them. */
  async giveUp(): Promise<void> {
    for (const table of ["password_reset", "password_notice"] as const) {
      const ended = await giveUp(this.knex, table, this.options.delivery)
      await this.deliveryWatch.note({ outcomes: [], recorded: ended })
      await this.forgetLinks(ended.map(({ id, attempts }) => `${id}:${attempts}`))
    }
  }

  /**
   * Cuts links out of what the Notification Module has stored for templates of a provider.
   *
   * @param keys idempotency keys of notifications
   */
  async forgetLinks(keys: string[]): Promise<void> {
    if (!keys.length) {
      return
    }
    try {
      await deleteStoredLinks(this.knex, keys)
    } catch (error) {
      this.logFailure("cutting links out of notifications", error as Error)
    }
  }

  /**
   * Checks whether a token may set a password now. Changes nothing.
   *
   * @throws MedusaError `unauthorized`, with a token's code
   */
  async checkToken(
    token: string | undefined,
    actor_type: string,
    expected: TokenExpectation = {},
  ): Promise<ResetTokenClaims> {
    const { http } = this.config.projectConfig
    return checkToken(this.knex, http, token, actor_type, expected, this.warnOfOtherSecret)
  }

  private readonly warnOfOtherSecret = atMostEvery(SECRET_WARNING_INTERVAL_MS, () =>
    this.logger.warn(
      "medusa-plugin-password-reset: a link that this shop has mailed is signed with another `jwtSecret`, so it " +
        "does not work. Give all instances the same; after a change of it, links from before are dead",
    ),
  )

  private async start(): Promise<void> {
    // `db:migrate` starts the modules, too, to run its scripts; but it loads no subscribers.
    if (!this.eventBus.eventToSubscribersMap?.has(AuthWorkflowEvents.PASSWORD_RESET)) {
      return
    }
    this.sessions?.start()
    try {
      await checkStart(this.config, this.options, this.knex, this.logger)
    } catch (error) {
      this.logFailure("checking the start", error as Error)
    }
  }

  private logFailure(what: string, error: Error): void {
    const reason = withoutStatement(error.message) // Medusa's own modules don't cut it out.
    this.logger.error(`medusa-plugin-password-reset: ${what} failed: ${reason}`)
  }
}
