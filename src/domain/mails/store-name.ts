import type { MedusaContainer } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"

/** The store's name for people: the one in the options, else the one that it has in Medusa. */
export async function storeNameOf(container: MedusaContainer): Promise<string> {
  const { storeName } = container.resolve(PASSWORD_RESET_MODULE).options.email.branding
  if (storeName) {
    return storeName
  }
  const [store] = await container
    .resolve(Modules.STORE)
    .listStores({}, { select: ["name"], take: 1 })
  return store?.name ?? "Medusa Store"
}
