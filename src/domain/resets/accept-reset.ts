import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { newResetId } from "../database/ids"
import { sql } from "../database/sql"

/** What is known of a reset when it is asked for. */
export type ResetRequest = {
  identifier: string
  actor_type: string
  metadata: Record<string, unknown>
  /** BCP 47 tag of the language that the requester reads. */
  locale?: string
  start?: ResetStart
}

/** What else is known of a reset that somebody trusted starts. */
export type ResetStart = {
  /** Who starts it for the account, such as `user:user_01…` or `api-key:apk_01…`. */
  started_by?: string
  reference?: string
  reference_origin?: string
  /** Seconds. */
  token_ttl?: number
  /** The dialect that it was asked for in. */
  dialect?: string
  /** Whether it is for those customers only whose `email` is the address that they sign in with. */
  requires_own_email?: boolean
}

/** Writes a request down: one row, the same work for every address. */
export async function acceptReset(knex: Knex, request: ResetRequest): Promise<{ id: string }> {
  const id = newResetId()
  await sql(
    knex,
    `INSERT INTO password_reset (id, status, actor_type, identifier, ${REQUEST_COLUMNS}, due_at)
     VALUES (?, 'accepted', ?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?, ?, now())`,
    [id, request.actor_type, request.identifier, ...requestValues(request)],
  )
  return { id }
}

/** The columns that `requestValues` fills. The first is `jsonb`. */
export const REQUEST_COLUMNS =
  "metadata, locale, started_by, reference, reference_origin, token_ttl, dialect, requires_own_email"

/** The values of `REQUEST_COLUMNS`, in their order. */
export function requestValues({
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
