import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { generateEntityId } from "@medusajs/framework/utils"
import {
  claimDue,
  DELIVERY_LEASE_SECONDS,
  type DeliveryOptions,
  recordOutcomes,
} from "../database/outbox"
import { sql } from "../database/sql"
import type {
  ClaimedNotice,
  ClientDescription,
  DeliveryOutcome,
} from "../../modules/password-reset/types"

/** A changed password, as it is written down beside it. */
export type Notice = ClientDescription & {
  reason: ClaimedNotice["reason"]
  /** Whose password it is; where nobody says, the account's own actor, the user first. */
  actor_type?: string
}

/** The table `password_notice`: who is to hear that a password was changed. */
export class NoticeRepository {
  constructor(
    private readonly knex: Knex,
    private readonly options: DeliveryOptions,
  ) {}

  /** Claims notices whose mail is to go out now. */
  async claim(limit: number): Promise<ClaimedNotice[]> {
    const columns =
      "id, attempts, reason, actor_type, actor_id, entity_id, ip, browser, locale, created_at"
    return claimDue<ClaimedNotice>(this.knex, "password_notice", {
      columns,
      limit,
      lease: DELIVERY_LEASE_SECONDS,
    })
  }

  async recordDelivered(outcomes: DeliveryOutcome[]): Promise<void> {
    await recordOutcomes(this.knex, "password_notice", outcomes, this.options)
  }
}

/** Writes a notice down, in the transaction that writes the password. */
export async function acceptNotice(
  trx: Knex.Transaction,
  account: { auth_identity_id: string; entity_id: string },
  { reason, actor_type, ip, browser, locale }: Notice,
): Promise<void> {
  const { auth_identity_id, entity_id } = account
  await sql(
    trx,
    `INSERT INTO password_notice (id, reason, auth_identity_id, actor_type, actor_id, entity_id,
            ip, browser, locale, due_at)
     SELECT ?, ?, ai.id, actor.type, ai.app_metadata ->> (actor.type || '_id'), ?, ?, ?, ?, now()
       FROM auth_identity ai
       CROSS JOIN LATERAL (SELECT coalesce(?,
              (SELECT left(key, -3) FROM jsonb_each_text(coalesce(ai.app_metadata, '{}'))
                WHERE key LIKE '%\\_id' AND value IS NOT NULL ORDER BY key <> 'user_id', key LIMIT 1),
              'customer') AS type) actor
      WHERE ai.id = ?`,
    [
      generateEntityId(undefined, "pwnot"),
      reason,
      entity_id,
      ip ?? null,
      browser ?? null,
      locale ?? null,
      actor_type ?? null,
      auth_identity_id,
    ],
  )
}
