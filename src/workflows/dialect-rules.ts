import type { MedusaContainer } from "@medusajs/framework/types"
import { customersWithAccount } from "../api/dialects/medusa-v1/customer"
import type { EmailpassAccount } from "../modules/password-reset/emailpass-accounts"
import type { Dialect } from "../modules/password-reset/options"
import type { ClaimedReset } from "../modules/password-reset/types"
import { actorIdIn } from "./actor-of"

/** Which of the accounts a dialect's requests are for, by their `provider_identity_id`. */
type Rule = (accounts: EmailpassAccount[], container: MedusaContainer) => Promise<Set<string>>

/** The dialects that are not for every account. What they ask for others ends as for an unknown one. */
const RULES: Partial<Record<Dialect, Rule>> = { "medusa-v1": customersOfTheirOwn }

/** Tells whether a request is for an account, in the dialect that it was made in. */
export async function findServed(
  claimed: ClaimedReset[],
  accounts: EmailpassAccount[],
  container: MedusaContainer,
): Promise<(reset: ClaimedReset, account: EmailpassAccount) => boolean> {
  const served = new Map<string, Set<string>>()
  for (const [dialect, rule] of Object.entries(RULES)) {
    if (claimed.some((reset) => reset.dialect === dialect)) {
      served.set(dialect, await rule(accounts, container))
    }
  }
  return ({ dialect }, { provider_identity_id }) =>
    served.get(dialect ?? "")?.has(provider_identity_id) ?? true
}

async function customersOfTheirOwn(accounts: EmailpassAccount[], container: MedusaContainer) {
  const theirs = accounts.flatMap(({ app_metadata, entity_id, provider_identity_id }) => {
    const id = actorIdIn(app_metadata, "customer")
    return id ? [{ id, entity_id, provider_identity_id }] : []
  })
  const customers = await customersWithAccount(theirs, container)
  const own = theirs.filter(({ id }) => customers.has(id))
  return new Set(own.map(({ provider_identity_id }) => provider_identity_id))
}
