import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import { Modules } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"

/** Finishes what Medusa leaves undone when it removes an account whose password was ever changed. */
export default async function deleteAbandonedIdentities({
  container,
}: SubscriberArgs): Promise<void> {
  const ids = await container.resolve(PASSWORD_RESET_MODULE).findAbandonedIdentities()
  if (ids.length) {
    await container.resolve(Modules.AUTH).deleteAuthIdentities(ids)
  }
}

export const config: SubscriberConfig = {
  event: ["customer.deleted", "user.deleted"],
  context: { subscriberId: "password-reset-account-deleted" },
}
