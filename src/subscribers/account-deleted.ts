import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import { Modules } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"

/**
 * Finishes what Medusa leaves undone when it removes an account: what the plugin knows of its owner,
 * and, where the password was ever changed, the identity itself.
 */
export default async function forgetAccount({
  event,
  container,
}: SubscriberArgs<{ id: string }>): Promise<void> {
  const resets = container.resolve(PASSWORD_RESET_MODULE)
  await resets.retention.erase([event.data.id].flat())
  const ids = await resets.findAbandonedIdentities()
  if (ids.length) {
    await container.resolve(Modules.AUTH).deleteAuthIdentities(ids)
  }
}

export const config: SubscriberConfig = {
  event: ["customer.deleted", "user.deleted"],
  context: { subscriberId: "password-reset-account-deleted" },
}
