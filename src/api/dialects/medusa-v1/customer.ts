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

/**
 * The customer behind an account, if it is one that Medusa v1 would have: there, a customer signs in
 * with the address that the shop knows. Where somebody has changed `customer.email`, there is none.
 *
 * @param id of the customer
 * @param entity_id the address that the account signs in with
 */
export async function customerWithAccount(
  id: string | null,
  entity_id: string,
  container: MedusaContainer,
): Promise<V1Customer | undefined> {
  if (!id) {
    return undefined
  }
  const { data } = await container.resolve(ContainerRegistrationKeys.QUERY).graph({
    entity: "customer",
    fields: [
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
      "addresses.id",
      "addresses.is_default_billing",
    ],
    filters: { id },
  })
  const [customer] = data
  if (!customer?.has_account || foldAddress(customer.email ?? "") !== foldAddress(entity_id)) {
    return undefined
  }
  const { addresses, ...columns } = customer
  const billing = addresses?.find((address) => address?.is_default_billing)
  return { ...columns, billing_address_id: billing?.id ?? null } as V1Customer
}
