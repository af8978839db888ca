import type { ExecArgs } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { createIndex, EMAILPASS_ADDRESS_INDEX } from "../domain/database/address-indexes"

/**
 * The index that logins and resets look accounts up with. It is on the auth module's table, so it
 * can't stand in our migrations, which run before that table exists; and it is built concurrently,
 * since a shop with a million customers must go on selling meanwhile.
 */
export default async function indexEmailpassAddresses({ container }: ExecArgs): Promise<void> {
  const knex = container.resolve(ContainerRegistrationKeys.PG_CONNECTION)
  await createIndex(knex, EMAILPASS_ADDRESS_INDEX)
}
