import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import {
  AuthWorkflowEvents,
  ContainerRegistrationKeys,
  defineFileConfig,
  Modules,
} from "@medusajs/framework/utils"
import { findV1Customer } from "../api/dialects/medusa-v1/customer"
import { dialectIsOn } from "../api/dialects/dialect-is-on"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import { DISCARD_WHEN_DONE } from "../domain/events/emit-event"
import { readEmittedToken } from "../domain/tokens/reset-token"
import type { PasswordResetEvent } from "../domain/events/names"

/** The event that Medusa v1 emits when a customer has requested a reset. */
const CUSTOMER_PASSWORD_RESET = "customer.password_reset"

/**
 * Emits Medusa v1's event for a reset that was requested in its dialect, for the subscribers that a store
 * has from v1. They mail the link to `email`, which is the address that the account signs in with.
 */
export default async function emitMedusaV1Event({
  event,
  container,
}: SubscriberArgs<PasswordResetEvent>): Promise<void> {
  const { token } = event.data
  const { http } = container.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const claims = readEmittedToken(http, token)
  if (claims?.actor_type !== "customer") {
    return
  }
  const { token_hash, entity_id } = claims
  const [reset] = await container
    .resolve(PASSWORD_RESET_MODULE)
    .listPasswordResets({ token_hash, dialect: "medusa-v1" })
  const customer = reset && (await findV1Customer(entity_id, container))
  if (!customer) {
    return // The reset was requested in another way, or the account has changed since.
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
