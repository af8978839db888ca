import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"

/**
 * Deletes what the plugin knows of somebody whose account Medusa has removed. The identity itself, where
 * Medusa has left it, goes with the next `purge-password-resets`.
 */
export default async function forgetAccount({
  event,
  container,
}: SubscriberArgs<{ id: string }>): Promise<void> {
  const { retention } = container.resolve(PASSWORD_RESET_MODULE)
  await retention.erase([event.data.id].flat())
}

export const config: SubscriberConfig = {
  event: ["customer.deleted", "user.deleted"],
  context: { subscriberId: "password-reset-account-deleted" },
}
