import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { generateEntityId } from "@medusajs/framework/utils"
import { PROVIDER, type ResetTokenClaims } from "../tokens/reset-token"
import { againOnDeadlock } from "../database/deadlock"
import { EVENT_TIMEOUT_SECONDS } from "./reset-repository"
import { DELIVERY_LEASE_SECONDS, type DeliveryOptions, recordOutcomes } from "../database/outbox"
import { sql } from "../database/sql"
import { lockAccounts, supersedeOlder } from "./supersede"
import type { DeliverableReset, DeliveryOutcome } from "../../modules/password-reset/types"

/** A token that was emitted, with what its request carried along, and the language to write in. */
export type EmittedToken = {
  claims: ResetTokenClaims
  metadata: Record<string, unknown>
  locale: string
}

/** The table `password_reset`, as the third verb writes it: what becomes of the mails. */
export class DeliveryRepository {
  constructor(
    private readonly knex: Knex,
    private readonly options: DeliveryOptions,
  ) {}

  /**
   * Takes up the resets whose mail is to go out now. A token of Medusa's own workflow gets its row
   * here. Left out are tokens that stand in neither table, what is under way already (an event may come
   * twice), and what another worker has claimed since, whose token will be another.
   *
   * @param tokens that were emitted
   * @param ids of resets whose mail carries no token
   */
  async pickUp(tokens: EmittedToken[], ids: string[]): Promise<DeliverableReset[]> {
    await this.adoptCoreTokens(tokens)
    const take = () =>
      sql<DeliverableReset>(
        this.knex,
        `UPDATE password_reset
          SET delivering_at = now(), due_at = now() + make_interval(secs => ?), updated_at = now()
        WHERE (token_hash = ANY(?) OR id = ANY(?)) AND status = 'issued' AND delivering_at IS NULL
          AND attempts = issued_attempt AND coalesce(expires_at > now(), true) AND deleted_at IS NULL
        RETURNING id, attempts, token_hash, actor_type, actor_id, entity_id, expires_at, locale`,
        [DELIVERY_LEASE_SECONDS, tokens.map(({ claims }) => claims.token_hash), ids],
      )
    return againOnDeadlock(take)
  }

  /** Writes down what became of mails. A link that is on its way ends every older one of its account. */
  async recordDelivered(outcomes: DeliveryOutcome[]): Promise<void> {
    await againOnDeadlock(() =>
      this.knex.transaction(async (trx) => {
        const rows = await sql<{ provider_identity_id: string }>(
          trx,
          `SELECT provider_identity_id FROM password_reset
            WHERE id = ANY(?) AND provider_identity_id IS NOT NULL`,
          [outcomes.map(({ id }) => id)],
        )
        await lockAccounts(
          trx,
          rows.map(({ provider_identity_id }) => provider_identity_id),
        )
        const sent = await recordOutcomes(trx, "password_reset", outcomes, this.options)
        await supersedeOlder(trx, sent)
      }),
    )
  }

  private async adoptCoreTokens(emitted: EmittedToken[]): Promise<void> {
    const tokens = emitted.map(({ claims, metadata, locale }) => ({
      id: generateEntityId(undefined, "pwres"),
      token_hash: claims.token_hash,
      actor_type: claims.actor_type,
      metadata,
      locale,
    }))
    await sql(
      this.knex,
      `INSERT INTO password_reset (id, status, origin, mail, actor_type, actor_id, identifier,
              entity_id, provider_identity_id, auth_identity_id, token_hash, expires_at, issued_at,
              attempts, issued_attempt, claimed_at, due_at, metadata, locale)
       SELECT t.id, 'issued', 'core', 'reset', t.actor_type,
              ai.app_metadata ->> (t.actor_type || '_id'), core.entity_id,
              core.entity_id, core.provider_identity_id, core.auth_identity_id, t.token_hash,
              core.expires_at, now(), 1, 1, now(), now() + make_interval(secs => ?), t.metadata, t.locale
         FROM jsonb_to_recordset(?::jsonb)
              AS t(id text, token_hash text, actor_type text, metadata jsonb, locale text)
         JOIN auth_password_reset_token core ON core.token_hash = t.token_hash AND core.deleted_at IS NULL
         JOIN provider_identity pi ON pi.id = core.provider_identity_id AND pi.provider = '${PROVIDER}'
         JOIN auth_identity ai ON ai.id = core.auth_identity_id
       ON CONFLICT DO NOTHING`,
      [EVENT_TIMEOUT_SECONDS, JSON.stringify(tokens)],
    )
  }
}
