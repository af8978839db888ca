import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { generateEntityId } from "@medusajs/framework/utils"
import { PROVIDER, type ResetTokenClaims } from "../../security/reset-token"
import type { PasswordResetOptions } from "./options"
import { type MailedAccount, RecentMails } from "./recent-mails"
import { sql } from "./sql"
import {
  type ClaimedReset,
  type DeliverableReset,
  type DeliveryOutcome,
  type IssueOutcome,
  type ResetRequest,
  type TokenState,
} from "./types"

/** How long a worker may take from claiming a request to its mail, in seconds. */
const LEASE = 60

/**
 * The table `password_reset`, as the verbs write it: what is asked for, who works on it, what became
 * of it. How a password is written, and a token spent, is in `writePassword`.
 */
export class ResetLedger {
  constructor(
    private readonly knex: Knex,
    private readonly throttle: PasswordResetOptions["throttle"],
  ) {}

  /** Takes a request down: one row, the same work for every address. */
  async accept({ identifier, actor_type, metadata }: ResetRequest): Promise<{ id: string }> {
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
  async claim(limit: number): Promise<{ claimed: ClaimedReset[]; isDelayed: boolean }> {
    const ceiling = this.throttle ? this.throttle.mailsPerMinute : undefined
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

  /**
   * What the accounts have been mailed lately: within `throttle.perIdentifier.window`, whatever the
   * actor type.
   */
  async findMailed(auth_identity_ids: string[]): Promise<RecentMails> {
    if (!this.throttle || !auth_identity_ids.length) {
      return new RecentMails([], Infinity)
    }
    const { spacing, perIdentifier } = this.throttle
    const rows = await sql<MailedAccount>(
      this.knex,
      `SELECT auth_identity_id, actor_type, count(*)::int AS mails,
              bool_or(status IN ('issued', 'sent') AND origin = 'plugin' AND expires_at > now()
                      AND coalesce(sent_at, issued_at) > now() - make_interval(secs => ?)) AS just_mailed
         FROM password_reset
        WHERE auth_identity_id = ANY(?) AND issued_at > now() - make_interval(secs => ?)
          AND status <> 'failed' AND deleted_at IS NULL
        GROUP BY auth_identity_id, actor_type`,
      [spacing, auth_identity_ids, Math.max(spacing, perIdentifier.window)],
    )
    return new RecentMails(rows, perIdentifier.limit)
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

  /** How a token stands; undefined for one that stands in neither table. */
  async findTokenState(token_hash: string): Promise<TokenState | undefined> {
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
