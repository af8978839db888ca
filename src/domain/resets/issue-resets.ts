import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { againOnDeadlock } from "../database/deadlock"
import { lockAccounts } from "../database/medusa/account-locks"
import type { InformationalKind } from "../database/reset-columns"
import { sql } from "../database/sql"
import { supersedeOlder } from "../tokens/token-repository"
import { EVENT_TIMEOUT_SECONDS } from "./delivery-repository"

/** What became of a claimed request. */
export type IssueOutcome = { id: string; attempt: number } & (
  | { status: "superseded"; actor_id: string | null }
  /** `identifier` replaces the address, which is nobody's here. */
  | { status: "ignored"; identifier: string }
  | { status: "failed"; failure_reason: string; actor_id: string | null }
  | {
      status: "issued"
      mail: "reset"
      actor_type: string
      actor_id: string | null
      entity_id: string
      provider_identity_id: string
      auth_identity_id: string
      mailbox: string | null
      token_hash: string
      expires_at: Date
    }
  | {
      status: "issued"
      mail: InformationalKind
      entity_id: string
      actor_id: string | null
      mailbox: string | null
    }
)

/**
 * Writes down what became of claimed requests.
 *
 * @param isMailed whether the plugin sends the mails. If not, nobody tells when a mail has gone out, so
 * a new token ends the older ones at once
 * @returns the ids that were still the claimer's own; for the others somebody else has decided
 */
export async function recordIssued(
  knex: Knex,
  outcomes: IssueOutcome[],
  isMailed: boolean,
): Promise<Set<string>> {
  if (isMailed) {
    return againOnDeadlock(() => writeOutcomes(knex, outcomes))
  }
  const write = async (trx: Knex.Transaction) => {
    const ids = outcomes.flatMap((outcome) =>
      "provider_identity_id" in outcome ? [outcome.provider_identity_id] : [],
    )
    await lockAccounts(trx, ids)
    const issued = await writeOutcomes(trx, outcomes)
    await supersedeOlder(trx, [...issued])
    return issued
  }
  return againOnDeadlock(() => knex.transaction(write))
}

/** How many links of earlier attempts are told apart from made-up ones. */
const MAX_ENDED_HASHES = 5

/**
 * SQL: whether the mail of a row's last attempt may be out. Then its link works on until the mail of the new
 * attempt is out. A token that was handed out as well does not: nothing would guard it any longer.
 */
const MAY_BE_OUT = `(p.delivering_at IS NOT NULL AND p.origin = 'plugin' AND NOT p.handed_out
  AND (p.status = 'unknown' OR p.failure_reason IS NULL))`

/** SQL: sets a column, and keeps it where the request ends: links of earlier attempts are still asked about. */
const keptAtItsEnd = (column: string) =>
  `${column} = CASE WHEN o.status IN ('superseded', 'failed') THEN p.${column} ELSE o.${column} END`

async function writeOutcomes(knex: Knex, outcomes: IssueOutcome[]): Promise<Set<string>> {
  const rows = await sql<{ id: string }>(
    knex,
    `UPDATE password_reset p
        SET status = o.status, failure_reason = o.failure_reason, mail = o.mail, origin = 'plugin',
            identifier = coalesce(o.identifier, p.identifier),
            actor_type = coalesce(o.actor_type, p.actor_type), actor_id = o.actor_id,
            ${["entity_id", "provider_identity_id", "auth_identity_id", "expires_at"].map(keptAtItsEnd).join()},
            mailbox = o.mailbox, token_hash = o.token_hash, delivering_at = NULL,
            earlier_token_hash = CASE WHEN ${MAY_BE_OUT} THEN p.token_hash ELSE p.earlier_token_hash END,
            ended_token_hashes = CASE WHEN p.token_hash IS NULL OR p.origin = 'core' THEN p.ended_token_hashes
              ELSE nullif((array_remove(
                array_prepend(CASE WHEN ${MAY_BE_OUT} THEN p.earlier_token_hash ELSE p.token_hash END,
                              p.ended_token_hashes), NULL))[1:${MAX_ENDED_HASHES}], '{}') END,
            issued_at = CASE WHEN o.status = 'issued' THEN clock_timestamp() END,
            issued_attempt = o.attempt, handed_out = false, checked_at = NULL,
            started_by = coalesce(p.started_by, CASE WHEN p.origin = 'core' THEN 'medusa' END),
            due_at = CASE WHEN o.status = 'issued' THEN now() + make_interval(secs => ?) END,
            updated_at = now()
       FROM jsonb_to_recordset(?::jsonb) AS o(id text, attempt int, status text,
            failure_reason text, mail text, identifier text, actor_type text, actor_id text,
            entity_id text, provider_identity_id text, auth_identity_id text, mailbox text,
            token_hash text, expires_at timestamptz)
      WHERE p.id = o.id AND p.attempts = o.attempt AND p.status IN ('accepted', 'issued', 'unknown')
        AND p.due_at IS NOT NULL AND p.deleted_at IS NULL
      RETURNING p.id`,
    [EVENT_TIMEOUT_SECONDS, JSON.stringify(outcomes)],
  )
  return new Set(rows.map(({ id }) => id))
}

/** Notes that the events of resets are out. Use it where the plugin sends no mails: no more work is left. */
export async function finish(knex: Knex, ids: readonly string[]): Promise<void> {
  await sql(
    knex,
    `UPDATE password_reset SET due_at = NULL WHERE id = ANY(?) AND status = 'issued'`,
    [[...ids]],
  )
}
