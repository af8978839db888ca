import type { MedusaContainer } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"

/**
 * Ends links whose time is up, and deletes what is to be kept no longer: rows that are older than
 * `retention`, and identities that Medusa has left behind when it removed their accounts.
 */
export default async function purgePasswordResets(container: MedusaContainer): Promise<void> {
  const resets = container.resolve(PASSWORD_RESET_MODULE)
  await resets.retention.expire()
  await resets.retention.purge()
  const abandoned = await resets.findAbandonedIdentities()
  if (abandoned.length) {
    await container.resolve(Modules.AUTH).deleteAuthIdentities(abandoned)
  }
}

export const config = {
  name: "purge-password-resets",
  schedule: "17 * * * *", // hourly, but not on the hour, when most other jobs run
}
