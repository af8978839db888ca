import type { MedusaContainer } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "."

/** The name of the store that mails show: the one in the plugin's options, else the one in Medusa. */
export async function storeNameIn(container: MedusaContainer): Promise<string> {
  const { storeName } = container.resolve(PASSWORD_RESET_MODULE).options.email.branding
  if (storeName) {
    return storeName
  }
  const stores = container.resolve(Modules.STORE)
  const [store] = await stores.listStores({}, { select: ["name"], take: 1 })
  return store?.name ?? "Medusa Store"
}
