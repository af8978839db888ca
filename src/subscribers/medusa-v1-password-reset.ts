import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import { AuthWorkflowEvents, defineFileConfig, Modules } from "@medusajs/framework/utils"
import { customersWithAccount } from "../api/dialects/medusa-v1/customer"
import { speaks } from "../api/dialects/speaks"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import { decodeResetToken } from "../security/reset-token"
import type { PasswordResetEvent } from "../workflows"

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
  const [reset] = await container
    .resolve(PASSWORD_RESET_MODULE)
    .listPasswordResets({ token_hash, dialect: "medusa-v1" })
  if (!reset?.actor_id) {
    return
  }
  const accounts = [{ id: reset.actor_id, entity_id }]
  const customer = (await customersWithAccount(accounts, container)).get(reset.actor_id)
  if (!customer) {
    return // Changed since the token was minted.
  }
  const { id, first_name, last_name } = customer
  await container.resolve(Modules.EVENT_BUS).emit({
    name: CUSTOMER_PASSWORD_RESET,
    data: { id, email: entity_id, first_name, last_name, token },
  })
}

export const config: SubscriberConfig = {
  event: AuthWorkflowEvents.PASSWORD_RESET,
  context: { subscriberId: "password-reset-medusa-v1" },
}

defineFileConfig({ path: __filename, isDisabled: () => !speaks("medusa-v1") })
