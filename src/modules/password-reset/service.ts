import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { ConfigModule, IEventBusModuleService, Logger } from "@medusajs/framework/types"
import {
  AuthWorkflowEvents,
  ContainerRegistrationKeys,
  MedusaService,
  Modules,
} from "@medusajs/framework/utils"
import { foldAddress } from "../../domain/accounts/address"
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
import { giveUp } from "../../domain/database/outbox"
import { withoutStatement } from "../../domain/database/sql"
import { errorOf } from "../../domain/errors"
import { emitEvent } from "../../domain/events/emit-event"
import { PASSWORD_RESET_ACCEPTED } from "../../domain/events/names"
import { negotiateLocale } from "../../domain/mails"
import { NoticeRepository } from "../../domain/passwords/notice-repository"
import { createPasswordPolicy, type PasswordPolicy } from "../../domain/passwords/password-policy"
import { DeliveryRepository } from "../../domain/resets/delivery-repository"
import { ResetRepository } from "../../domain/resets/reset-repository"
import { Retention } from "../../domain/resets/retention"
import { sessionLifetime } from "../../domain/sessions/session"
import { SessionCutoffs } from "../../domain/sessions/session-cutoffs"
import { ClientIp } from "../../domain/throttle/client-ip"
import { keyedHash } from "../../domain/throttle/keyed-hash"
import { Throttle } from "../../domain/throttle/throttle"
import { Batcher } from "../../domain/timing/batcher"
import { BurstDetector } from "../../domain/timing/burst-detector"
import { readResetToken, type ResetTokenClaims } from "../../domain/tokens/reset-token"
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

/** How long requests share one wake-up of the worker. */
const WAKE_DELAY_MS = 10
/** With Redis, internal events come last otherwise, and somebody is waiting for the mail. */
const WAKE_PRIORITY = 10
/** How long the shop's shutdown waits for a wake-up that is under way. */
const SHUTDOWN_TIMEOUT_MS = 5000

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
  readonly passwordPolicy: PasswordPolicy
  readonly clientIp: ClientIp
  readonly bursts = new BurstDetector()
  /** What is kept of the address of nobody's account. */
  readonly addressKey: (address: string) => string
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
  private readonly waking: Batcher<void>
  private readonly endings: (() => Promise<void>)[] = []

  __hooks = {
    onApplicationStart: async () => {
      // Not awaited: a mail server that does not answer must not hold up the boot.
      this.starting = this.start()
    },
    onApplicationPrepareShutdown: async () => {
      await this.starting
      this.sessions?.stop()
      await this.waking.drain(SHUTDOWN_TIMEOUT_MS)
      for (const end of this.endings) {
        await end()
      }
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
    this.retention = new Retention(this.knex, this.options.retention)
    const wake = { name: PASSWORD_RESET_ACCEPTED, data: {} }
    this.waking = new Batcher(
      { delayMs: WAKE_DELAY_MS },
      async () => {
        await emitEvent(
          wake,
          { eventBus: this.eventBus, logger: this.logger },
          { internal: true, priority: WAKE_PRIORITY },
        )
      },
      (error) => this.logFailure("waking the worker", error),
    )
    this.passwordPolicy = createPasswordPolicy(this.options.password, this.logger)
    const { throttle, endSessions } = this.options
    const { http } = this.config.projectConfig
    this.clientIp = new ClientIp(throttle || {}, this.logger)
    const secret = String(http.cookieSecret ?? http.jwtSecret)
    this.addressKey = (address) => `hmac:${keyedHash(secret, `address:${foldAddress(address)}`)}`
    if (throttle) {
      this.throttle = new Throttle(throttle, {
        knex: this.knex,
        logger: this.logger,
        secret,
        foldAddress,
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

  /**
   * Tells the workers, on whatever instance, that there is work. Requests that come close together share
   * one event. One that is lost loses nothing, since the sweep looks for itself.
   */
  readonly wakeWorker = (): void => {
    this.waking.add()
  }

  /** Registers what ends before the shop does. */
  readonly onShutdown = (end: () => Promise<void>): void => {
    this.endings.push(end)
  }

  /** Every account that one of the addresses may mean; `pickAccount` decides which. */
  async findAccounts(addresses: string[]): Promise<EmailpassAccount[]> {
    return findEmailpassAccounts(this.knex, addresses)
  }

  /** Every account without a password that one of the addresses may mean. */
  async findOtherSignIns(addresses: string[]): Promise<OtherSignIn[]> {
    return findOtherSignIns(this.knex, addresses)
  }

  /** Customers without an account who have one of the addresses. */
  async findGuests(addresses: string[]): Promise<Guest[]> {
    return findGuests(this.knex, addresses)
  }

  /** The stored address that an identity signs in with by password, if it does. */
  async findAddress(auth_identity_id: string): Promise<string | undefined> {
    return findEmailpassAddress(this.knex, auth_identity_id)
  }

  /** Which accounts are of customers whose `email` is the address that they sign in with. */
  async findOwners(accounts: readonly OwnedAccount[]): Promise<Map<string, string>> {
    return findOwners(this.knex, accounts)
  }

  /** The first and last names of whose account it is, as far as it is a person's. */
  async findOwnerNames(account: { entity_id: string; actor_type: string }): Promise<string[]> {
    return findOwnerNames(this.knex, account)
  }

  /** Identities that Medusa would have deleted, had no password been changed. */
  async findAbandonedIdentities(): Promise<string[]> {
    return findAbandonedIdentities(this.knex)
  }

  /** The language to write in: the first wish that there are words for, else the store's own. */
  readonly pickLocale = (wishes: readonly unknown[]): string => {
    const { locales, defaultLocale } = this.options.email
    const tags = wishes.filter((wish) => typeof wish === "string")
    return negotiateLocale(tags, locales, defaultLocale)
  }

  /** Ends mails that are past their deadline before anybody could try them. */
  async giveUp(): Promise<void> {
    for (const table of ["password_reset", "password_notice"] as const) {
      const ended = await giveUp(this.knex, table, this.options.delivery)
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
   * Whether a token may set a password now. Changes nothing.
   *
   * @param email the address that the caller says the token is for, if any
   * @param id the reset that the caller says the token is of, if any
   * @throws MedusaError `unauthorized`, with `token_invalid`, `token_used`, `token_superseded` or
   * `token_expired` as its code
   */
  async checkToken(
    token: string | undefined,
    actorType: string,
    { email, id }: { email?: string; id?: string } = {},
  ): Promise<ResetTokenClaims> {
    const claims = readResetToken(this.config.projectConfig.http, token, actorType)
    if (!claims || (email !== undefined && foldAddress(email) !== foldAddress(claims.entity_id))) {
      throw errorOf("token_invalid")
    }
    const state = await this.resetRepository.findTokenState(claims.token_hash)
    if (state && (state.entity_id !== claims.entity_id || (id !== undefined && state.id !== id))) {
      throw errorOf("token_invalid")
    }
    if (state?.status === "completed") {
      throw errorOf("token_used")
    }
    if (claims.expires_at <= new Date() || (state && state.expires_at <= new Date())) {
      throw errorOf("token_expired")
    }
    if (!state) {
      throw errorOf("token_invalid")
    }
    if (state.status !== "issued" && state.status !== "sent") {
      throw errorOf("token_superseded")
    }
    return claims
  }

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
