import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import type { OwnedAccount } from "../../../domain/accounts/owners"
import { PASSWORD_RESET_MODULE } from "../../../modules/password-reset"

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

/**
 * The customer whom an account belongs to, if it is one that Medusa v1 would have: there, a customer
 * signs in with the address that the shop knows.
 */
export async function findV1Customer(
  account: OwnedAccount,
  container: MedusaContainer,
): Promise<V1Customer | undefined> {
  const id = (await container.resolve(PASSWORD_RESET_MODULE).findOwners([account])).get(
    account.provider_identity_id,
  )
  if (!id) {
    return undefined
  }
  const { data } = await container.resolve(ContainerRegistrationKeys.QUERY).graph({
    entity: "customer",
    fields: [...COLUMNS, "addresses.id", "addresses.is_default_billing"],
    filters: { id },
  })
  const [customer] = data
  if (!customer) {
    return undefined
  }
  const { addresses, ...columns } = customer
  const billing = (addresses as Address[]).find(({ is_default_billing }) => is_default_billing)
  return { ...(columns as V1Customer), billing_address_id: billing?.id ?? null }
}
