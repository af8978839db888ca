import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { selectCustomers } from "../database/medusa/customers"
import { actorIdIn } from "./actors"
import { foldAddress } from "./address"
import type { EmailpassAccount } from "./emailpass-accounts"

/** As much of an account as tells whose it is. */
export type OwnedAccount = Pick<
  EmailpassAccount,
  "provider_identity_id" | "entity_id" | "app_metadata"
>

/**
 * Which accounts belong to a customer with an account whose `email` is the address that they sign in
 * with. The two differ where somebody has changed `customer.email`.
 *
 * @returns the customers' ids, by `provider_identity_id`
 */
export async function findOwners(
  knex: Knex,
  accounts: readonly OwnedAccount[],
): Promise<Map<string, string>> {
  const ids = accounts.flatMap(({ app_metadata }) => actorIdIn(app_metadata, "customer") ?? [])
  const customers = new Map((await selectCustomers(knex, ids)).map((one) => [one.id, one]))
  const owners = accounts.flatMap(({ provider_identity_id, entity_id, app_metadata }) => {
    const customer = customers.get(actorIdIn(app_metadata, "customer") ?? "")
    const isOwn = foldAddress(customer?.email ?? "") === foldAddress(entity_id)
    return customer?.has_account && isOwn ? [[provider_identity_id, customer.id] as const] : []
  })
  return new Map(owners)
}
