import type { ExecArgs } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { createIndex, EMAILPASS_ADDRESS_INDEX } from "../domain/database/medusa/address-indexes"

/**
 * Builds the index that logins and resets look accounts up with. It is on the auth module's table, which
 * does not exist yet when our migrations run. It is built concurrently, so that a shop with a million
 * customers goes on selling meanwhile.
 */
export default async function indexEmailpassAddresses({ container }: ExecArgs): Promise<void> {
  const knex = container.resolve(ContainerRegistrationKeys.PG_CONNECTION)
  await createIndex(knex, EMAILPASS_ADDRESS_INDEX)
}
