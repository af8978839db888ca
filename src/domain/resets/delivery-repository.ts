import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { againOnDeadlock } from "../database/deadlock"
import { lockAccounts } from "../database/medusa/account-locks"
import { adoptCoreTokens } from "../database/medusa/core-tokens"
import {
  DELIVERY_LEASE_SECONDS,
  type DeliveryOptions,
  type DeliveryOutcome,
  type RecordedOutcome,
  recordOutcomes,
} from "../database/outbox"
import type { InformationalKind } from "../database/reset-columns"
import { sql } from "../database/sql"
import type { ResetTokenClaims } from "../tokens/reset-token"
import { supersedeOlder, supersedeOlderUnknown } from "../tokens/token-repository"

/** How long the event may take to come back as a mail, in seconds; then it counts as lost. */
export const EVENT_TIMEOUT_SECONDS = 20

/** A token on its way to its mail, with what the request carried along. */
export type IssuedToken = { token: string; metadata: Record<string, unknown> }

/** A mail on its way that carries no token. */
export type InformationalMail = { id: string; kind: InformationalKind; providers: string[] }

/** A reset whose mail is to go out now. */
export type DeliverableReset = {
  id: string
  attempts: number
  token_hash: string | null
  actor_type: string
  actor_id: string | null
  entity_id: string
  expires_at: Date | null
  locale: string | null
}

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
   * here. Left out are: tokens that stand in neither table; mails that are under way, since an event may
   * come twice; and resets that another worker has claimed since, and will mint a new token for.
   *
   * @param tokens that were emitted
   * @param ids of resets whose mail carries no token
   */
  async pickUp(tokens: EmittedToken[], ids: string[]): Promise<DeliverableReset[]> {
    await adoptCoreTokens(
      this.knex,
      tokens.map(({ claims: { token_hash, actor_type }, metadata, locale }) => ({
        token_hash,
        actor_type,
        metadata,
        locale,
      })),
      EVENT_TIMEOUT_SECONDS,
    )
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

  /**
   * Writes down what became of mails. A link that was sent ends every older one of its account; one that may have
   * been sent ends those of which the same is true.
   */
  async recordDelivered(outcomes: DeliveryOutcome[]): Promise<RecordedOutcome[]> {
    return againOnDeadlock(() =>
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
        const recorded = await recordOutcomes(trx, "password_reset", outcomes, this.options)
        const idsOf = (wanted: string) =>
          recorded.flatMap(({ id, status }) => (status === wanted ? [id] : []))
        await supersedeOlder(trx, idsOf("sent"))
        if (idsOf("unknown").length) {
          await supersedeOlderUnknown(trx, idsOf("unknown"))
        }
        return recorded
      }),
    )
  }
}
