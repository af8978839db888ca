import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import { AuthWorkflowEvents, defineFileConfig, Modules } from "@medusajs/framework/utils"
import { findV1Customer } from "../api/dialects/medusa-v1/customer"
import { dialectIsOn } from "../api/dialects/dialect-is-on"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import { pickAccount } from "../domain/accounts/address"
import { DISCARD_WHEN_DONE } from "../domain/events/emit-event"
import { decodeResetToken } from "../domain/tokens/reset-token"
import type { PasswordResetEvent } from "../domain/events/names"

/** What Medusa v1 emits when a customer has asked for a reset. */
const CUSTOMER_PASSWORD_RESET = "customer.password_reset"

/**
 * Tells a store's subscribers of Medusa v1 of a reset that was asked for in their dialect. `email` is
 * the address that the account signs in with: they mail the link to it.
 */
export default async function tellAsMedusaV1({
  event,
  container,
}: SubscriberArgs<PasswordResetEvent>): Promise<void> {
  const { token } = event.data
  const claims = decodeResetToken(token)
  if (claims?.actor_type !== "customer") {
    return
  }
  const { token_hash, entity_id } = claims
  const resets = container.resolve(PASSWORD_RESET_MODULE)
  const [reset] = await resets.listPasswordResets({ token_hash, dialect: "medusa-v1" })
  const accounts = reset ? await resets.findAccounts([entity_id]) : []
  const account = pickAccount(entity_id, accounts)
  const customer = account && (await findV1Customer(account, container))
  if (!customer) {
    return // Asked for in other words; or the account has changed since.
  }
  const { id, first_name, last_name } = customer
  const data = { id, email: entity_id, first_name, last_name, token }
  await container
    .resolve(Modules.EVENT_BUS)
    .emit({ name: CUSTOMER_PASSWORD_RESET, data }, DISCARD_WHEN_DONE)
}

export const config: SubscriberConfig = {
  event: AuthWorkflowEvents.PASSWORD_RESET,
  context: { subscriberId: "password-reset-medusa-v1" },
}

defineFileConfig({ path: __filename, isDisabled: () => !dialectIsOn("medusa-v1") })
