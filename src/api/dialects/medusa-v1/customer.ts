import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { foldAddress } from "../../../security/address"

/** A customer as Medusa v1 shows it where no relations are asked for. */
export type V1Customer = {
  id: string
  email: string
  first_name: string | null
  last_name: string | null
  billing_address_id: string | null
  phone: string | null
  has_account: boolean
  metadata: Record<string, unknown> | null
  created_at: Date | string
  updated_at: Date | string
  deleted_at: Date | string | null
}

const COLUMNS = [
  "id",
  "email",
  "first_name",
  "last_name",
  "phone",
  "has_account",
  "metadata",
  "created_at",
  "updated_at",
  "deleted_at",
]

type Address = { id: string; is_default_billing: boolean }

/** An account that signs in with `entity_id`, and is said to be the customer's with that `id`. */
export type CustomerAccount = { id: string; entity_id: string }

/**
 * The customers behind accounts, as far as Medusa v1 would have them: there, a customer signs in with
 * the address that the shop knows. Where somebody has changed `customer.email`, there is none.
 *
 * @returns the customers by their ids
 */
export async function customersWithAccount(
  accounts: readonly CustomerAccount[],
  container: MedusaContainer,
): Promise<Map<string, V1Customer>> {
  const { data } = await container.resolve(ContainerRegistrationKeys.QUERY).graph({
    entity: "customer",
    fields: [...COLUMNS, "addresses.id", "addresses.is_default_billing"],
    filters: { id: accounts.map(({ id }) => id) },
  })
  const found = data.flatMap(({ addresses, ...columns }): [string, V1Customer][] => {
    const entity_id = accounts.find(({ id }) => id === columns.id)?.entity_id
    const isOwn =
      entity_id !== undefined && foldAddress(columns.email ?? "") === foldAddress(entity_id)
    const billing = (addresses as Address[]).find(({ is_default_billing }) => is_default_billing)
    return columns.has_account && isOwn
      ? [[columns.id, { ...(columns as V1Customer), billing_address_id: billing?.id ?? null }]]
      : []
  })
  return new Map(found)
}
