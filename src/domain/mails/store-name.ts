import type { IStoreModuleService } from "@medusajs/framework/types"

/**
 * The name of the store that mails show: the one in the plugin's options, else the one in Medusa.
 *
 * @param configured the option `email.branding.storeName`
 */
export async function storeNameOf(
  stores: Pick<IStoreModuleService, "listStores">,
  configured: string | undefined,
): Promise<string> {
  if (configured) {
    return configured
  }
  const [store] = await stores.listStores({}, { select: ["name"], take: 1 })
  return store?.name ?? "Medusa Store"
}
