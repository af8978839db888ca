import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { type EmailpassAccount, selectEmailpassAccounts } from "../database/medusa/accounts"
import { spellingsOf } from "./address"

export type { EmailpassAccount }

/** Every stored account that one of the addresses may mean; `pickAccount` decides which. */
export async function findEmailpassAccounts(
  knex: Knex,
  addresses: readonly string[],
): Promise<EmailpassAccount[]> {
  return selectEmailpassAccounts(knex, spellingsOf(addresses))
}
