import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { generateEntityId } from "@medusajs/framework/utils"
import { PROVIDER, type ResetTokenClaims } from "../../security/reset-token"
import { EVENT_PATIENCE } from "./ledger"
import { DELIVERY_LEASE, type DeliveryOptions, recordOutcomes } from "./outbox"
import { sql } from "./sql"
import { supersedeOlder } from "./supersede"
import type { DeliverableReset, DeliveryOutcome } from "./types"

/** The table `password_reset`, as the third verb writes it: what becomes of the mails. */
export class DeliveryLedger {
  constructor(
    private readonly knex: Knex,
    private readonly options: DeliveryOptions,
  ) {}

  /**
   * Takes up the resets whose mail is to go out now. A token of Medusa's own workflow gets its row
   * here. Left out are tokens that stand in neither table, and what is under way already: an event may
   * come twice.
   *
   * @param claims of emitted tokens
   * @param ids of resets whose mail carries no token
   */
  async pickUp(claims: ResetTokenClaims[], ids: string[]): Promise<DeliverableReset[]> {
    await this.adoptCoreTokens(claims)
    return sql<DeliverableReset>(
      this.knex,
      `UPDATE password_reset
          SET delivering_at = now(), due_at = now() + make_interval(secs => ?), updated_at = now()
        WHERE (token_hash = ANY(?) OR id = ANY(?)) AND status = 'issued' AND delivering_at IS NULL
          AND coalesce(expires_at > now(), true) AND deleted_at IS NULL
        RETURNING id, attempts, token_hash, actor_type, actor_id, entity_id, expires_at, locale`,
      [DELIVERY_LEASE, claims.map(({ token_hash }) => token_hash), ids],
    )
  }

  /** Writes down what became of mails. A link that is on its way ends every older one of its account. */
  async recordDelivered(outcomes: DeliveryOutcome[]): Promise<void> {
    await this.knex.transaction(async (trx) => {
      // Locked before their rows, as in `writePassword`, so that no two wait for each other.
      await sql(
        trx,
        `SELECT id FROM provider_identity
          WHERE id IN (SELECT provider_identity_id FROM password_reset WHERE id = ANY(?))
          ORDER BY id FOR NO KEY UPDATE`,
        [outcomes.map(({ id }) => id)],
      )
      const sent = await recordOutcomes(trx, "password_reset", outcomes, this.options)
      await supersedeOlder(trx, sent)
    })
  }

  private async adoptCoreTokens(claims: ResetTokenClaims[]): Promise<void> {
    const tokens = claims.map(({ token_hash, actor_type }) => ({
      id: generateEntityId(undefined, "pwres"),
      token_hash,
      actor_type,
    }))
    await sql(
      this.knex,
      `INSERT INTO password_reset (id, status, origin, mail, actor_type, actor_id, identifier,
              entity_id, provider_identity_id, auth_identity_id, token_hash, expires_at, issued_at,
              attempts, claimed_at, due_at)
       SELECT t.id, 'issued', 'core', 'reset', t.actor_type,
              ai.app_metadata ->> (t.actor_type || '_id'), core.entity_id,
              core.entity_id, core.provider_identity_id, core.auth_identity_id, t.token_hash,
              core.expires_at, now(), 1, now(), now() + make_interval(secs => ?)
         FROM jsonb_to_recordset(?::jsonb) AS t(id text, token_hash text, actor_type text)
         JOIN auth_password_reset_token core ON core.token_hash = t.token_hash AND core.deleted_at IS NULL
         JOIN provider_identity pi ON pi.id = core.provider_identity_id AND pi.provider = '${PROVIDER}'
         JOIN auth_identity ai ON ai.id = core.auth_identity_id
       ON CONFLICT DO NOTHING`,
      [EVENT_PATIENCE, JSON.stringify(tokens)],
    )
  }
}
