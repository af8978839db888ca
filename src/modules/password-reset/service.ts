import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { ConfigModule, IEventBusModuleService, Logger } from "@medusajs/framework/types"
import {
  AuthWorkflowEvents,
  ContainerRegistrationKeys,
  generateEntityId,
  MedusaService,
  Modules,
} from "@medusajs/framework/utils"
import { errorOf } from "../../errors"
import { foldAddress } from "../../security/address"
import { ClientIp } from "../../security/client-ip"
import { createPasswordPolicy, type PasswordPolicy } from "../../security/password-policy"
import { PROVIDER, readResetToken, type ResetTokenClaims } from "../../security/reset-token"
import { sessionLifetime } from "../../security/session"
import { Throttle } from "../../security/throttle"
import { Batcher } from "./batcher"
import { type EmailpassAccount, findEmailpassAccounts } from "./emailpass-accounts"
import { PasswordReset } from "./models/password-reset"
import { parseOptions, type PasswordResetOptions } from "./options"
import { SessionCutoffs } from "./session-cutoffs"
import { sql } from "./sql"
import { checkStart, usesOurEmailpass } from "./start-checks"
import type {
  ClaimedReset,
  DeliverableReset,
  DeliveryOutcome,
  IssuedToken,
  IssueOutcome,
  MailedAccount,
  ResetRequest,
  TokenState,
} from "./types"
import { mailKey } from "./types"

type InjectedDependencies = {
  [ContainerRegistrationKeys.PG_CONNECTION]: Knex
  [ContainerRegistrationKeys.CONFIG_MODULE]: ConfigModule
  [ContainerRegistrationKeys.LOGGER]: Logger
  [Modules.EVENT_BUS]: IEventBusModuleService & {
    eventToSubscribersMap?: Map<string | symbol, unknown>
  }
}

/** How long after the first wake-up the waiting requests are taken up, in milliseconds. */
const ISSUE_DELAY = 50
/** How long mails are gathered into one call of the Notification Module, in milliseconds. */
const DELIVER_DELAY = 5
/** How long the shop's end waits for either, in milliseconds; a mail server may hang. */
const SHUTDOWN_PATIENCE = 5000
/** How long the worker waits when the minute's mails are sent, in milliseconds. */
const DELAYED = 5000
/** How long a worker may take from claiming a request to its mail, in seconds. */
const LEASE = 60

/** The resets, and all SQL about them. Rows can be listed and retrieved as with any module. */
export class PasswordResetModuleService extends MedusaService({ PasswordReset }) {
  readonly options: PasswordResetOptions
  readonly passwordPolicy: PasswordPolicy
  readonly clientIp: ClientIp
  /** Undefined with `throttle: false`. */
  readonly throttle?: Throttle
  /** Undefined with `endSessions: false`. */
  readonly sessions?: SessionCutoffs

  /** Wake-ups for the worker: see the subscriber `password-reset-accepted`. */
  readonly issuing = new Batcher<void>(ISSUE_DELAY, (error) => this.logFailure("issuing", error))
  /** Tokens on their way to the mail: see the subscriber `auth-password-reset`. */
  readonly delivering = new Batcher<IssuedToken>(DELIVER_DELAY, (error) =>
    this.logFailure("delivering", error),
  )

  private readonly knex: Knex
  private readonly config: ConfigModule
  private readonly logger: Logger
  private readonly eventBus: InjectedDependencies[typeof Modules.EVENT_BUS]
  private starting?: Promise<void>
  private ourEmailpass?: Promise<boolean>
  private later?: NodeJS.Timeout
  private warnedAt = 0

  __hooks = {
    onApplicationStart: async () => {
      // Not awaited: a mail server that does not answer must not hold up the boot.
      this.starting = this.start()
    },
    onApplicationPrepareShutdown: async () => {
      await this.starting
      this.sessions?.stop()
      clearTimeout(this.later)
      await this.issuing.drain(SHUTDOWN_PATIENCE)
      await this.delivering.drain(SHUTDOWN_PATIENCE)
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
    this.passwordPolicy = createPasswordPolicy(this.options.password, this.logger)
    const { throttle, endSessions } = this.options
    const { http } = this.config.projectConfig
    this.clientIp = new ClientIp(throttle || {}, this.logger)
    if (throttle) {
      const secret = String(http.cookieSecret ?? http.jwtSecret)
      this.throttle = new Throttle(throttle, { knex: this.knex, logger: this.logger, secret })
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

  /** Takes a request down: one row, the same work for every address. */
  async acceptReset({ identifier, actor_type, metadata }: ResetRequest): Promise<{ id: string }> {
    const id = generateEntityId(undefined, "pwres")
    await sql(
      this.knex,
      `INSERT INTO password_reset (id, status, actor_type, identifier, metadata, due_at)
       VALUES (?, 'accepted', ?, ?, ?::jsonb, now())`,
      [id, actor_type, identifier, JSON.stringify(metadata)],
    )
    return { id }
  }

  /**
   * Claims requests for one worker, until the lease is over; no two workers get the same.
   *
   * @returns no more than `throttle.mailsPerMinute` allows; `isDelayed` where that is why
   */
  async claimAccepted(limit: number): Promise<{ claimed: ClaimedReset[]; isDelayed: boolean }> {
    const ceiling = (this.options.throttle && this.options.throttle.mailsPerMinute) || undefined
    return this.knex.transaction(async (trx) => {
      const budget = ceiling === undefined ? limit : await this.mailBudget(trx, ceiling)
      const claimed = await sql<ClaimedReset>(
        trx,
        `UPDATE password_reset SET due_at = now() + make_interval(secs => ?), attempts = attempts + 1
          WHERE id = ANY(ARRAY(SELECT id FROM password_reset
                                WHERE status = 'accepted' AND due_at <= now() AND deleted_at IS NULL
                                ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED))
          RETURNING id, actor_type, identifier, metadata`,
        [LEASE, Math.min(limit, budget)],
      )
      const isDelayed = budget < limit && claimed.length === budget && (await this.hasWaiting(trx))
      return { claimed, isDelayed }
    })
  }

  /** How many more mails may be started in this minute; holds other workers off until it is used. */
  private async mailBudget(trx: Knex.Transaction, ceiling: number): Promise<number> {
    await sql(trx, `SELECT pg_advisory_xact_lock(hashtext('password_reset.mails'))`)
    const [spent] = await sql<{ count: number }>(
      trx,
      `SELECT ((SELECT count(*) FROM password_reset
                 WHERE issued_at > now() - interval '1 minute' AND deleted_at IS NULL)
             + (SELECT count(*) FROM password_reset
                 WHERE status = 'accepted' AND due_at > now() AND deleted_at IS NULL))::int AS count`,
    )
    return Math.max(0, ceiling - (spent?.count ?? 0))
  }

  private async hasWaiting(trx: Knex.Transaction): Promise<boolean> {
    const rows = await sql<unknown>(
      trx,
      `SELECT 1 FROM password_reset
        WHERE status = 'accepted' AND due_at <= now() AND deleted_at IS NULL LIMIT 1`,
    )
    return rows.length > 0
  }

  /** Wakes the worker up again when mails may go out; once, however often it is asked to. */
  async wakeLater(wake: () => void): Promise<void> {
    if (Date.now() > this.warnedAt + 60_000) {
      this.warnedAt = Date.now()
      this.logger.warn(
        "medusa-plugin-password-reset: more resets are asked for than `throttle.mailsPerMinute` " +
          "allows; their mails are delayed, none is dropped",
      )
    }
    if (!this.later) {
      this.later = setTimeout(() => {
        this.later = undefined
        wake()
      }, DELAYED)
      this.later.unref()
    }
  }

  /** Every account that one of the addresses may mean; `pickAccount` decides which. */
  async findAccounts(addresses: string[]): Promise<EmailpassAccount[]> {
    return findEmailpassAccounts(this.knex, addresses)
  }

  /**
   * Which accounts have had a mail a short while ago, `throttle.spacing`, whose link still works:
   * it answers another request as well.
   *
   * @returns keys as `mailKey` makes them
   */
  async findJustMailed(auth_identity_ids: string[]): Promise<Set<string>> {
    const { throttle } = this.options
    if (!throttle || !throttle.spacing || !auth_identity_ids.length) {
      return new Set()
    }
    const rows = await sql<MailedAccount>(
      this.knex,
      `SELECT auth_identity_id, actor_type FROM password_reset
        WHERE auth_identity_id = ANY(?) AND status IN ('issued', 'sent') AND origin = 'plugin'
          AND coalesce(sent_at, issued_at) > now() - make_interval(secs => ?)
          AND expires_at > now() AND deleted_at IS NULL`,
      [auth_identity_ids, throttle.spacing],
    )
    return new Set(rows.map(mailKey))
  }

  /** The stored address that an account signs in with by password, if it does. */
  async findAddress(auth_identity_id: string): Promise<string | undefined> {
    const [account] = await sql<{ entity_id: string }>(
      this.knex,
      `SELECT entity_id FROM provider_identity
        WHERE auth_identity_id = ? AND provider = '${PROVIDER}' AND deleted_at IS NULL`,
      [auth_identity_id],
    )
    return account?.entity_id
  }

  /**
   * Writes down what became of claimed requests.
   *
   * @returns the ids that were still `accepted`; for the others somebody else has decided
   */
  async recordIssued(outcomes: IssueOutcome[]): Promise<Set<string>> {
    const rows = await sql<{ id: string }>(
      this.knex,
      `UPDATE password_reset p
          SET status = o.status, failure_reason = o.failure_reason,
              actor_type = coalesce(o.actor_type, p.actor_type), entity_id = o.entity_id,
              provider_identity_id = o.provider_identity_id, auth_identity_id = o.auth_identity_id,
              token_hash = o.token_hash, expires_at = o.expires_at,
              issued_at = CASE WHEN o.status = 'issued' THEN now() END,
              due_at = CASE WHEN o.status = 'issued' THEN p.due_at END, updated_at = now()
         FROM jsonb_to_recordset(?::jsonb) AS o(id text, status text, failure_reason text,
              actor_type text, entity_id text, provider_identity_id text, auth_identity_id text,
              token_hash text, expires_at timestamptz)
        WHERE p.id = o.id AND p.status = 'accepted' AND p.deleted_at IS NULL
        RETURNING p.id`,
      [JSON.stringify(outcomes)],
    )
    return new Set(rows.map(({ id }) => id))
  }

  /**
   * The resets of emitted tokens whose mail is still to be sent. A token of Medusa's own workflow
   * gets its row here. Tokens that stand in neither table are left out.
   */
  async findDeliverable(claims: ResetTokenClaims[]): Promise<DeliverableReset[]> {
    await this.adoptCoreTokens(claims)
    const rows = await sql<DeliverableReset>(
      this.knex,
      `SELECT id, token_hash, actor_type, entity_id, attempts, expires_at FROM password_reset
        WHERE token_hash = ANY(?) AND status = 'issued' AND expires_at > now() AND deleted_at IS NULL`,
      [claims.map(({ token_hash }) => token_hash)],
    )
    return rows
  }

  /**
   * Writes down what became of mails. A link that is on its way to its reader ends every older one
   * of the account; also one whose mail took longer than its own.
   */
  async recordDelivered(outcomes: DeliveryOutcome[]): Promise<void> {
    const ids = outcomes.map(({ id }) => id)
    await this.knex.transaction(async (trx) => {
      // Locked before their rows, as in `writePassword`, so that no two wait for each other.
      await sql(
        trx,
        `SELECT id FROM provider_identity
          WHERE id IN (SELECT provider_identity_id FROM password_reset WHERE id = ANY(?))
          ORDER BY id FOR NO KEY UPDATE`,
        [ids],
      )
      await sql(
        trx,
        `UPDATE password_reset p
            SET status = o.status, failure_reason = o.failure_reason, due_at = NULL,
                sent_at = CASE WHEN o.status = 'sent' THEN now() END, updated_at = now()
           FROM jsonb_to_recordset(?::jsonb) AS o(id text, status text, failure_reason text)
          WHERE p.id = o.id AND p.status = 'issued'`,
        [JSON.stringify(outcomes)],
      )
      await sql(
        trx,
        `UPDATE password_reset older SET status = 'superseded', due_at = NULL, updated_at = now()
           FROM password_reset newer
          WHERE newer.status = 'sent' AND older.auth_identity_id = newer.auth_identity_id
            AND older.status IN ('issued', 'sent')
            AND (older.issued_at, older.id) < (newer.issued_at, newer.id)
            AND newer.auth_identity_id IN (SELECT auth_identity_id FROM password_reset WHERE id = ANY(?))`,
        [ids],
      )
      await sql(
        trx,
        `DELETE FROM auth_password_reset_token core USING password_reset newer
          WHERE newer.id = ANY(?) AND newer.status = 'sent'
            AND core.provider_identity_id = newer.provider_identity_id
            AND core.token_hash <> newer.token_hash AND core.created_at < newer.issued_at`,
        [ids],
      )
    })
  }

  /**
   * Whether the token in an `Authorization` header may set a password now. Changes nothing.
   *
   * @param email the address that the caller says the token is for, if any
   * @throws MedusaError `unauthorized`, with `token_invalid`, `token_used`, `token_superseded` or
   * `token_expired` as its code
   */
  async checkToken(
    authorization: string | undefined,
    actorType: string,
    email?: string,
  ): Promise<ResetTokenClaims> {
    const claims = readResetToken(this.config.projectConfig.http, authorization, actorType)
    if (!claims || (email !== undefined && foldAddress(email) !== foldAddress(claims.entity_id))) {
      throw errorOf("token_invalid")
    }
    const state = await this.findTokenState(claims.token_hash)
    if (state && state.entity_id !== claims.entity_id) {
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
    this.logger.error(`medusa-plugin-password-reset: ${what} failed: ${error.message}`)
  }

  private async findTokenState(token_hash: string): Promise<TokenState | undefined> {
    const rows = await sql<TokenState>(
      this.knex,
      // A token of Medusa's own lives and dies with Medusa's row, whatever became of our mail: its
      // workflow has handed it to the caller as well.
      `SELECT CASE WHEN p.origin = 'core' AND p.status IN ('issued', 'sent', 'failed')
                   THEN CASE WHEN core.id IS NULL THEN 'superseded' ELSE 'sent' END
                   ELSE coalesce(p.status, 'sent') END AS status,
              coalesce(p.entity_id, core.entity_id) AS entity_id,
              coalesce(p.expires_at, core.expires_at) AS expires_at
         FROM (SELECT * FROM password_reset WHERE token_hash = ? AND deleted_at IS NULL) p
         FULL JOIN (SELECT * FROM auth_password_reset_token
                     WHERE token_hash = ? AND deleted_at IS NULL) core ON true`,
      [token_hash, token_hash],
    )
    return rows[0]
  }

  private async adoptCoreTokens(claims: ResetTokenClaims[]): Promise<void> {
    const tokens = claims.map(({ token_hash, actor_type }) => ({
      id: generateEntityId(undefined, "pwres"),
      token_hash,
      actor_type,
    }))
    await sql(
      this.knex,
      `INSERT INTO password_reset (id, status, origin, actor_type, identifier, entity_id,
              provider_identity_id, auth_identity_id, token_hash, expires_at, issued_at, attempts)
       SELECT t.id, 'issued', 'core', t.actor_type, core.entity_id, core.entity_id,
              core.provider_identity_id, core.auth_identity_id, t.token_hash, core.expires_at, now(), 1
         FROM jsonb_to_recordset(?::jsonb) AS t(id text, token_hash text, actor_type text)
         JOIN auth_password_reset_token core ON core.token_hash = t.token_hash AND core.deleted_at IS NULL
         JOIN provider_identity pi ON pi.id = core.provider_identity_id AND pi.provider = '${PROVIDER}'
       ON CONFLICT DO NOTHING`,
      [JSON.stringify(tokens)],
    )
  }
}
