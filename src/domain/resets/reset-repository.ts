import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { generateEntityId } from "@medusajs/framework/utils"
import { againOnDeadlock } from "../database/deadlock"
import { claimDue } from "../database/outbox"
import { type MailedAccount, RecentMails } from "./recent-mails"
import { sql } from "../database/sql"
import type { Limit } from "../throttle/throttle"
import { holdsUser, lockAccounts, supersedeOlder, supersedeWaiting } from "./supersede"
import type {
  ClaimedReset,
  HandedOut,
  IssueOutcome,
  ResetRequest,
  TokenState,
} from "../../modules/password-reset/types"

export type ResetRepositoryOptions = {
  throttle:
    | false
    | {
        /** Seconds after a mail in which it answers further requests of the account as well. */
        spacing: number
        /** Mails to one account. */
        perIdentifier: Limit
        /** Mails of the whole shop. */
        mailsPerMinute?: number
      }
  /** `isOn`: whether the plugin mails the links, and not the store. */
  email: { isOn: boolean }
}

/** How long a worker may take from claiming a request to its token, in seconds. */
const CLAIM_LEASE_SECONDS = 60
/** How long the event may take to come back as a mail, in seconds; then it counts as lost. */
export const EVENT_TIMEOUT_SECONDS = 20

/**
 * The table `password_reset`, as the first two verbs write it: what is asked for, who takes it up,
 * which token it gets. What becomes of its mail is in `DeliveryLedger`; how a password is written,
 * and a token spent, in `writePassword`.
 */
export class ResetRepository {
  constructor(
    private readonly knex: Knex,
    private readonly options: ResetRepositoryOptions,
  ) {}

  /** Takes a request down: one row, the same work for every address. */
  async accept(request: ResetRequest): Promise<{ id: string }> {
    const id = generateEntityId(undefined, "pwres")
    await sql(
      this.knex,
      `INSERT INTO password_reset (id, status, actor_type, identifier, metadata, locale,
              started_by, reference, reference_origin, token_ttl, dialect, requires_own_email, due_at)
       VALUES (?, 'accepted', ?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?, ?, now())`,
      [id, request.actor_type, request.identifier, ...requestValues(request)],
    )
    return { id }
  }

  /**
   * Writes down a token that is handed out at once; it ends every other link of the account. From here
   * on its mail, if there is to be one, is work: an event that gets lost is made up for.
   */
  async handOut({ request, account, token, isMailed }: HandedOut): Promise<{ id: string }> {
    const id = generateEntityId(undefined, "pwres")
    const handOut = async (trx: Knex.Transaction) => {
      await lockAccounts(trx, [account.provider_identity_id])
      await supersedeWaiting(trx, account)
      await sql(
        trx,
        // The clock, since a transaction that has waited for the lock began before its time.
        `INSERT INTO password_reset (id, status, handed_out, mail, actor_type, actor_id, identifier,
                entity_id, provider_identity_id, auth_identity_id, token_hash, expires_at, metadata,
                locale, started_by, reference, reference_origin, token_ttl, dialect, requires_own_email,
                attempts, issued_attempt, issued_at, due_at)
         VALUES (?, 'issued', true, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?, ?, 1, 1,
                 clock_timestamp(), CASE WHEN ? THEN now() + make_interval(secs => ?) END)`,
        [
          id,
          isMailed ? "reset" : null,
          request.actor_type,
          account.actor_id,
          request.identifier,
          account.entity_id,
          account.provider_identity_id,
          account.auth_identity_id,
          token.token_hash,
          token.expires_at,
          ...requestValues(request),
          isMailed,
          EVENT_TIMEOUT_SECONDS,
        ],
      )
      await supersedeOlder(trx, [id])
    }
    await againOnDeadlock(() => this.knex.transaction(handOut))
    return { id }
  }

  /**
   * Ends a reset, and with it every other link of its account, Medusa's own included. One that has not
   * been taken up yet has no account, and ends alone.
   *
   * @returns whether there was anything left to end
   */
  async cancel(id: string): Promise<boolean> {
    return againOnDeadlock(() => this.knex.transaction((trx) => cancel(trx, id)))
  }

  /** Notes that a link was looked at, the first time. It spends nothing. */
  async recordChecked(token_hash: string): Promise<void> {
    await sql(
      this.knex,
      `UPDATE password_reset SET checked_at = now()
        WHERE token_hash = ? AND checked_at IS NULL AND deleted_at IS NULL`,
      [token_hash],
    )
  }

  /**
   * Claims requests for one worker: new ones, and those whose mail did not go out.
   *
   * @returns no more than `throttle.mailsPerMinute` allows; `isDelayed` where that is why
   */
  async claim(limit: number): Promise<{ claimed: ClaimedReset[]; isDelayed: boolean }> {
    const { throttle } = this.options
    const ceiling = throttle ? throttle.mailsPerMinute : undefined
    return this.knex.transaction(async (trx) => {
      const budget = ceiling === undefined ? limit : await this.mailBudget(trx, ceiling)
      const columns =
        "id, status, attempts, issued_attempt, actor_type, identifier, metadata, started_by, token_ttl, requires_own_email"
      const claimed = await claimDue<ClaimedReset>(trx, "password_reset", {
        columns,
        limit: Math.min(limit, budget),
        lease: CLAIM_LEASE_SECONDS,
      })
      const isDelayed = budget < limit && claimed.length === budget && (await this.hasWaiting(trx))
      return { claimed, isDelayed }
    })
  }

  /**
   * What the accounts have been mailed lately: within `throttle.perIdentifier.window`, whatever the
   * actor type.
   *
   * @param except the requests at hand: one that is tried again is no mail of its own
   */
  async findMailed(auth_identity_ids: string[], except: string[]): Promise<RecentMails> {
    if (!this.options.throttle || !auth_identity_ids.length) {
      return new RecentMails([], Infinity)
    }
    const { spacing, perIdentifier } = this.options.throttle
    const rows = await sql<MailedAccount>(
      this.knex,
      `SELECT auth_identity_id, actor_type, count(*)::int AS mails,
              bool_or((status = 'sent' OR status = 'issued' AND attempts = issued_attempt) AND origin = 'plugin' AND expires_at > now()
                      AND coalesce(sent_at, issued_at) > now() - make_interval(secs => ?)) AS just_mailed
         FROM password_reset
        WHERE auth_identity_id = ANY(?) AND issued_at > now() - make_interval(secs => ?)
          AND mail IS NOT NULL AND status <> 'failed' AND deleted_at IS NULL AND id <> ALL(?)
        GROUP BY auth_identity_id, actor_type`,
      [spacing, auth_identity_ids, Math.max(spacing, perIdentifier.window), except],
    )
    return new RecentMails(rows, perIdentifier.limit)
  }

  /**
   * Which of the addresses have had a mail without a link within a day.
   *
   * @param except the requests at hand
   */
  async findInformed(addresses: string[], except: string[]): Promise<Set<string>> {
    const rows = await sql<{ entity_id: string }>(
      this.knex,
      `SELECT entity_id FROM password_reset
        WHERE entity_id = ANY(?) AND mail <> 'reset' AND issued_at > now() - interval '1 day'
          AND (status = 'sent' OR status = 'issued' AND attempts = issued_attempt)
          AND id <> ALL(?) AND deleted_at IS NULL`,
      [addresses, except],
    )
    return new Set(rows.map(({ entity_id }) => entity_id))
  }

  /**
   * Writes down what became of claimed requests.
   *
   * @returns the ids that were still the claimer's own; for the others somebody else has decided
   */
  async recordIssued(outcomes: IssueOutcome[]): Promise<Set<string>> {
    if (this.options.email.isOn) {
      return againOnDeadlock(() => this.writeIssued(this.knex, outcomes))
    }
    // Nobody will tell when the mail has gone out: the token's birth stands for it.
    const write = async (trx: Knex.Transaction) => {
      const ids = outcomes.flatMap((outcome) =>
        "provider_identity_id" in outcome ? [outcome.provider_identity_id] : [],
      )
      await lockAccounts(trx, ids)
      const issued = await this.writeIssued(trx, outcomes)
      await supersedeOlder(trx, [...issued])
      return issued
    }
    return againOnDeadlock(() => this.knex.transaction(write))
  }

  /** Notes that the events of resets are out, where nobody waits for their mails: they are no more work. */
  async finish(ids: string[]): Promise<void> {
    await sql(
      this.knex,
      `UPDATE password_reset SET due_at = NULL WHERE id = ANY(?) AND status = 'issued'`,
      [ids],
    )
  }

  private async writeIssued(knex: Knex, outcomes: IssueOutcome[]): Promise<Set<string>> {
    const rows = await sql<{ id: string }>(
      knex,
      `UPDATE password_reset p
          SET status = o.status, failure_reason = o.failure_reason, mail = o.mail, origin = 'plugin',
              identifier = coalesce(o.identifier, p.identifier),
              actor_type = coalesce(o.actor_type, p.actor_type), actor_id = o.actor_id,
              entity_id = o.entity_id, provider_identity_id = o.provider_identity_id,
              auth_identity_id = o.auth_identity_id,
              token_hash = o.token_hash, expires_at = o.expires_at, delivering_at = NULL,
              issued_at = CASE WHEN o.status = 'issued' THEN clock_timestamp() END,
              issued_attempt = o.attempt, handed_out = false, checked_at = NULL,
              started_by = coalesce(p.started_by, CASE WHEN p.origin = 'core' THEN 'medusa' END),
              due_at = CASE WHEN o.status = 'issued' THEN now() + make_interval(secs => ?) END,
              updated_at = now()
         FROM jsonb_to_recordset(?::jsonb) AS o(id text, attempt int, status text,
              failure_reason text, mail text, identifier text, actor_type text, actor_id text,
              entity_id text, provider_identity_id text, auth_identity_id text, token_hash text,
              expires_at timestamptz)
        WHERE p.id = o.id AND p.attempts = o.attempt AND p.status IN ('accepted', 'issued')
          AND p.due_at IS NOT NULL AND p.deleted_at IS NULL
        RETURNING p.id`,
      [EVENT_TIMEOUT_SECONDS, JSON.stringify(outcomes)],
    )
    return new Set(rows.map(({ id }) => id))
  }

  /** How a token stands; undefined for one that stands in neither table. */
  async findTokenState(token_hash: string): Promise<TokenState | undefined> {
    const rows = await sql<TokenState>(
      this.knex,
      // A token of Medusa's own lives and dies with Medusa's row, whatever became of our mail: its
      // workflow has handed it to the caller as well.
      `SELECT CASE WHEN p.handed_out AND p.status IN ('issued', 'sent') AND ${holdsUser("p.auth_identity_id")}
                   THEN 'superseded'
                   WHEN p.origin = 'core' AND p.status IN ('issued', 'sent', 'failed')
                   THEN CASE WHEN core.id IS NULL THEN 'superseded' ELSE 'sent' END
                   ELSE coalesce(p.status, 'sent') END AS status,
              p.id, coalesce(p.entity_id, core.entity_id) AS entity_id,
              coalesce(p.expires_at, core.expires_at) AS expires_at
         FROM (SELECT * FROM password_reset WHERE token_hash = ? AND deleted_at IS NULL) p
         FULL JOIN (SELECT * FROM auth_password_reset_token
                     WHERE token_hash = ? AND deleted_at IS NULL) core ON true`,
      [token_hash, token_hash],
    )
    return rows[0]
  }

  /** How many more mails may be started in this minute; holds other workers off until it is used. */
  private async mailBudget(trx: Knex.Transaction, ceiling: number): Promise<number> {
    await sql(trx, `SELECT pg_advisory_xact_lock(hashtext('password_reset.mails'))`)
    const [spent] = await sql<{ count: number }>(
      trx,
      `SELECT count(*)::int AS count FROM password_reset
        WHERE deleted_at IS NULL AND mail IS NOT NULL AND issued_at > now() - interval '1 minute'
           OR deleted_at IS NULL AND due_at IS NOT NULL AND attempts > coalesce(issued_attempt, 0)
              AND claimed_at > now() - interval '1 minute'`,
    )
    return Math.max(0, ceiling - (spent?.count ?? 0))
  }

  private async hasWaiting(trx: Knex.Transaction): Promise<boolean> {
    const rows = await sql<unknown>(
      trx,
      `SELECT 1 FROM password_reset WHERE due_at <= now() AND deleted_at IS NULL LIMIT 1`,
    )
    return rows.length > 0
  }
}

const CANCEL = `UPDATE password_reset
   SET status = 'cancelled', cancelled_at = now(), due_at = NULL, updated_at = now()`

async function cancel(trx: Knex.Transaction, id: string): Promise<boolean> {
  type Account = { provider_identity_id: string | null; auth_identity_id: string | null }
  const lock = async ([reset]: Account[]) =>
    lockAccounts(trx, reset?.provider_identity_id ? [reset.provider_identity_id] : [])
  await lock(
    await sql<Account>(
      trx,
      `SELECT provider_identity_id, auth_identity_id FROM password_reset WHERE id = ?`,
      [id],
    ),
  )
  const ended = await sql<Account>(
    trx,
    // A token of Medusa's own lives on where its mail has failed.
    `${CANCEL} WHERE id = ? AND deleted_at IS NULL
        AND (status IN ('accepted', 'issued', 'sent')
             OR origin = 'core' AND status = 'failed' AND expires_at > now())
      RETURNING provider_identity_id, auth_identity_id`,
    [id],
  )
  await lock(ended) // It may have been taken up since.
  for (const { provider_identity_id, auth_identity_id } of ended) {
    await sql(
      trx,
      `${CANCEL} WHERE auth_identity_id = ? AND status IN ('issued', 'sent') AND deleted_at IS NULL`,
      [auth_identity_id],
    )
    await sql(trx, `DELETE FROM auth_password_reset_token WHERE provider_identity_id = ?`, [
      provider_identity_id,
    ])
  }
  return ended.length > 0
}

/** The columns `metadata` to `requires_own_email`, in their order. */
function requestValues({
  metadata,
  locale,
  start,
}: ResetRequest): (string | number | boolean | null)[] {
  return [
    JSON.stringify(metadata),
    locale ?? null,
    start?.started_by ?? null,
    start?.reference ?? null,
    start?.reference_origin ?? null,
    start?.token_ttl ?? null,
    start?.dialect ?? null,
    start?.requires_own_email ?? false,
  ]
}
