import type { ExecArgs } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { createIndex, OTHER_SIGN_IN_INDEX } from "../domain/database/medusa/address-indexes"

/** Creates the index that finds accounts of Google, GitHub and the like by the address stored with them. */
export default async function indexOtherSignIns({ container }: ExecArgs): Promise<void> {
  const knex = container.resolve(ContainerRegistrationKeys.PG_CONNECTION)
  await createIndex(knex, OTHER_SIGN_IN_INDEX)
}
