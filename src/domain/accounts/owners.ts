import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { selectRegistered } from "../database/medusa/customers"
import { actorIdIn } from "./actors"
import { foldAddress } from "./address"
import type { EmailpassAccount } from "./emailpass-accounts"

/** As much of an account as tells whose it is. */
export type OwnedAccount = Pick<
  EmailpassAccount,
  "provider_identity_id" | "entity_id" | "app_metadata"
>

/**
 * Finds the accounts of customers whose `email` is the address that they sign in with. The two differ
 * where somebody has changed `customer.email`.
 *
 * @returns the customers' ids, by `provider_identity_id`
 */
export async function findOwners(
  knex: Knex,
  accounts: readonly OwnedAccount[],
): Promise<Map<string, string>> {
  const ids = accounts.flatMap(({ app_metadata }) => actorIdIn(app_metadata, "customer") ?? [])
  const customers = await selectRegistered(knex, ids)
  const emails = new Map(customers.map(({ id, email }) => [id, email]))
  const owners = accounts.flatMap(({ provider_identity_id, entity_id, app_metadata }) => {
    const id = actorIdIn(app_metadata, "customer") ?? ""
    const isOwn = foldAddress(emails.get(id) ?? "") === foldAddress(entity_id)
    return emails.has(id) && isOwn ? [[provider_identity_id, id] as const] : []
  })
  return new Map(owners)
}
