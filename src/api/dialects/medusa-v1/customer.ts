import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { pickAccount } from "../../../domain/accounts/address"
import { PASSWORD_RESET_MODULE } from "../../../modules/password-reset"

/** A customer as Medusa v1 answers it without relations. */
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
 * The customer who signs in with an address. In Medusa v1, that is always the address that the shop
 * writes to; a customer of whom it is another does not exist there.
 *
 * @param entity_id the address of the account
 */
export async function findV1Customer(
  entity_id: string,
  container: MedusaContainer,
): Promise<V1Customer | undefined> {
  const resets = container.resolve(PASSWORD_RESET_MODULE)
  const account = pickAccount(entity_id, await resets.findAccounts([entity_id]))
  const id = account && (await resets.findOwners([account])).get(account.provider_identity_id)
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
