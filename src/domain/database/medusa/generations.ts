import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { sql } from "../sql"

/**
 * The key in an account's `app_metadata` that counts its passwords. Medusa copies `app_metadata`
 * into every JWT, and from there into every cookie session, so each tells which password it is of.
 */
export const PASSWORD_GENERATION = "password_generation"

/** SQL: the generation in an account's `app_metadata`, a number whatever somebody has written there. */
const GENERATION = `CASE WHEN jsonb_typeof(ai.app_metadata -> '${PASSWORD_GENERATION}') = 'number'
       THEN least(greatest(floor((ai.app_metadata ->> '${PASSWORD_GENERATION}')::numeric), 0), 1e9)::int
       ELSE 0 END`

/**
 * Ends every session of an account. It counts the account's password up in two places: the list that all
 * instances read, and the `app_metadata` that every session from now on is made of.
 *
 * @returns the generation of the new password; 0 where the identity is gone
 */
export async function cutSessions(
  trx: Knex.Transaction,
  auth_identity_id: string,
): Promise<number> {
  const [cut] = await sql<{ generation: number }>(
    trx,
    `WITH cut AS (
       INSERT INTO password_reset_cutoff (auth_identity_id, generation, changed_at, changed_in)
       SELECT ai.id, 1 + ${GENERATION}, clock_timestamp(), pg_current_xact_id()::text::bigint
         FROM auth_identity ai WHERE ai.id = ?
       ON CONFLICT (auth_identity_id) DO UPDATE
          SET generation = greatest(password_reset_cutoff.generation + 1, excluded.generation),
              changed_at = excluded.changed_at, changed_in = excluded.changed_in
       RETURNING auth_identity_id, generation)
     UPDATE auth_identity ai
        SET app_metadata = coalesce(ai.app_metadata, '{}'::jsonb)
                           || jsonb_build_object('${PASSWORD_GENERATION}', cut.generation),
            updated_at = now()
       FROM cut WHERE ai.id = cut.auth_identity_id
     RETURNING cut.generation`,
    [auth_identity_id],
  )
  return cut?.generation ?? 0
}

/**
 * Puts the generation back where somebody has overwritten an account's `app_metadata`. Otherwise every
 * later session of the account would count as ended. It never lowers a generation.
 */
export async function restoreGeneration(knex: Knex, auth_identity_id: string): Promise<void> {
  await sql(
    knex,
    `UPDATE auth_identity ai
        SET app_metadata = coalesce(ai.app_metadata, '{}'::jsonb)
                           || jsonb_build_object('${PASSWORD_GENERATION}', c.generation)
       FROM password_reset_cutoff c
      WHERE ai.id = ? AND c.auth_identity_id = ai.id
        AND ${GENERATION} < c.generation`,
    [auth_identity_id],
  )
}
