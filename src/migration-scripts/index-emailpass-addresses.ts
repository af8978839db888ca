import type { ExecArgs } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { createIndex, EMAILPASS_ADDRESS_INDEX } from "../domain/database/medusa/address-indexes"

/**
 * Creates the index by which logins and resets look up accounts.
 *
 * It is no migration of the plugin, because those run before the auth module's table exists. It is built
 * concurrently, so that a shop with a million customers can go on selling meanwhile.
 */
export default async function indexEmailpassAddresses({ container }: ExecArgs): Promise<void> {
  const knex = container.resolve(ContainerRegistrationKeys.PG_CONNECTION)
  await createIndex(knex, EMAILPASS_ADDRESS_INDEX)
}
