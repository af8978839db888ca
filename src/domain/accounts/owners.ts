import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { sql } from "../database/sql"
import { actorIdIn } from "./actors"
import { foldAddress } from "./address"
import type { EmailpassAccount } from "./emailpass-accounts"

/** As much of an account as tells whose it is. */
export type OwnedAccount = Pick<
  EmailpassAccount,
  "provider_identity_id" | "entity_id" | "app_metadata"
>

/**
 * Finds the accounts of customers who have one, and whose `email` is the address that they sign in with.
 * Where somebody has changed `customer.email` they differ.
 *
 * @returns the customers' ids, by `provider_identity_id`
 */
export async function findOwners(
  knex: Knex,
  accounts: readonly OwnedAccount[],
): Promise<Map<string, string>> {
  const ids = accounts.flatMap(({ app_metadata }) => actorIdIn(app_metadata, "customer") ?? [])
  const rows = await sql<{ id: string; email: string | null }>(
    knex,
    `SELECT id, email FROM customer WHERE id = ANY(?) AND has_account AND deleted_at IS NULL`,
    [ids],
  )
  const emails = new Map(rows.map(({ id, email }) => [id, email]))
  const owners = accounts.flatMap(({ provider_identity_id, entity_id, app_metadata }) => {
    const id = actorIdIn(app_metadata, "customer") ?? ""
    const isOwn = foldAddress(emails.get(id) ?? "") === foldAddress(entity_id)
    return emails.has(id) && isOwn ? [[provider_identity_id, id] as const] : []
  })
  return new Map(owners)
}
