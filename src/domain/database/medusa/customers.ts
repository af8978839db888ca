import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { sql } from "../sql"
import { PROVIDER } from "./provider"

/** A customer who has ordered, or filled a cart, without an account. */
export type Guest = { id: string; email: string }

/** Guest customers with exactly one of the addresses, the latest of each first. */
export async function selectGuests(knex: Knex, emails: readonly string[]): Promise<Guest[]> {
  return sql<Guest>(
    knex,
    `SELECT id, email FROM customer
      WHERE email = ANY(?) AND has_account = false AND deleted_at IS NULL
      ORDER BY created_at DESC`,
    [[...emails]],
  )
}

/** Those of the customers who have an account, with the addresses that the shop knows. */
export async function selectRegistered(
  knex: Knex,
  ids: readonly string[],
): Promise<{ id: string; email: string | null }[]> {
  return sql<{ id: string; email: string | null }>(
    knex,
    `SELECT id, email FROM customer WHERE id = ANY(?) AND has_account AND deleted_at IS NULL`,
    [[...ids]],
  )
}

/** The tables of those whom Medusa gives a first and a last name, by actor type. */
const PEOPLE: Record<string, string> = { customer: "customer", user: '"user"' }

/** The names of the customer or user behind an account, as far as there is one. */
export async function findOwnerNames(
  knex: Knex,
  { entity_id, actor_type }: { entity_id: string; actor_type: string },
): Promise<string[]> {
  if (!Object.hasOwn(PEOPLE, actor_type)) {
    return []
  }
  const rows = await sql<{ names: (string | null)[] }>(
    knex,
    `SELECT ARRAY[person.first_name, person.last_name] AS names
       FROM provider_identity pi
       JOIN auth_identity ai ON ai.id = pi.auth_identity_id AND ai.deleted_at IS NULL
       JOIN ${PEOPLE[actor_type]} person
         ON person.id = ai.app_metadata ->> ? AND person.deleted_at IS NULL
      WHERE pi.entity_id = ? AND pi.provider = '${PROVIDER}' AND pi.deleted_at IS NULL`,
    [`${actor_type}_id`, entity_id],
  )
  return rows.flatMap(({ names }) => names.map((name) => name ?? ""))
}
