import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import {
  claimDue,
  DELIVERY_LEASE_SECONDS,
  type DeliveryOptions,
  type DeliveryOutcome,
  type RecordedOutcome,
  recordOutcomes,
} from "../database/outbox"

/** From where a password is changed. */
export type ClientDescription = { ip?: string; browser?: string; locale?: string }

/** A changed password that its owner is to be told of. */
export type ClaimedNotice = {
  id: string
  status: "accepted" | "unknown"
  attempts: number
  reason: "reset" | "change" | "other"
  actor_type: string
  actor_id: string | null
  entity_id: string
  ip: string | null
  browser: string | null
  locale: string | null
  created_at: Date
}

/** A changed password, as `writePassword` writes it down. */
export type Notice = ClientDescription & {
  reason: ClaimedNotice["reason"]
  /** Whose password it is. Without one, the account's own actor: the user before all others. */
  actor_type?: string
}

/** The table `password_notice`: who is to be told that a password was changed. */
export class NoticeRepository {
  constructor(
    private readonly knex: Knex,
    private readonly options: DeliveryOptions,
  ) {}

  /** Claims notices whose mail is to go out now. */
  async claim(limit: number): Promise<ClaimedNotice[]> {
    const columns =
      "id, status, attempts, reason, actor_type, actor_id, entity_id, ip, browser, locale, created_at"
    return claimDue<ClaimedNotice>(this.knex, "password_notice", {
      columns,
      limit,
      lease: DELIVERY_LEASE_SECONDS,
    })
  }

  async recordDelivered(outcomes: DeliveryOutcome[]): Promise<RecordedOutcome[]> {
    return recordOutcomes(this.knex, "password_notice", outcomes, this.options)
  }
}
