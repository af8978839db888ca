import type { IStoreModuleService } from "@medusajs/framework/types"

/**
 * The store's name for people.
 *
 * @param configured the name in the plugin's options, which wins over the one in Medusa
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
