import type { ExecArgs } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { createIndex, OTHER_SIGN_IN_INDEX } from "../domain/database/medusa/address-indexes"

/** Builds the index that finds accounts without a password, by the address that Google or the like stored. */
export default async function indexOtherSignIns({ container }: ExecArgs): Promise<void> {
  const knex = container.resolve(ContainerRegistrationKeys.PG_CONNECTION)
  await createIndex(knex, OTHER_SIGN_IN_INDEX)
}
