import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import type { EmailpassAccount } from "./emailpass-accounts"
import { foldAddress } from "./address"
import { actorIdIn } from "./actors"

/** As much of an account as tells whose it is. */
export type OwnedAccount = Pick<
  EmailpassAccount,
  "provider_identity_id" | "entity_id" | "app_metadata"
>

/**
 * Which accounts are of customers who have one, and whose `email` is the address that they sign in
 * with. Where somebody has changed `customer.email` they differ.
 *
 * @returns the customers' ids, by `provider_identity_id`
 */
export async function findOwners(
  accounts: readonly OwnedAccount[],
  container: MedusaContainer,
): Promise<Map<string, string>> {
  const ids = accounts.flatMap(({ app_metadata }) => actorIdIn(app_metadata, "customer") ?? [])
  const { data } = await container.resolve(ContainerRegistrationKeys.QUERY).graph({
    entity: "customer",
    fields: ["id", "email", "has_account"],
    filters: { id: ids },
  })
  const customers = new Map(data.map((customer) => [customer.id, customer]))
  const owners = accounts.flatMap(({ provider_identity_id, entity_id, app_metadata }) => {
    const customer = customers.get(actorIdIn(app_metadata, "customer") ?? "")
    const isOwn = foldAddress(customer?.email ?? "") === foldAddress(entity_id)
    return customer?.has_account && isOwn ? [[provider_identity_id, customer.id] as const] : []
  })
  return new Map(owners)
}
