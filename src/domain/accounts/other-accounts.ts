import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { type OtherSignIn, selectOtherSignIns } from "../database/medusa/accounts"
import { type Guest, selectGuests } from "../database/medusa/customers"
import { spellingsOf } from "./address"

export type { Guest, OtherSignIn }

/**
 * Accounts that sign in with Google, GitHub and the like only. Their address is the one that the
 * provider has stored, never `customer.email`, which anyone may set.
 */
export async function findOtherSignIns(
  knex: Knex,
  addresses: readonly string[],
): Promise<OtherSignIn[]> {
  return selectOtherSignIns(knex, spellingsOf(addresses))
}

/** Guest customers, the latest of each address first. Their addresses are stored as they were typed. */
export async function findGuests(knex: Knex, addresses: readonly string[]): Promise<Guest[]> {
  return selectGuests(knex, [...new Set([...addresses, ...spellingsOf(addresses)])])
}
