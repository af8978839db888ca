import type { MedusaContainer } from "@medusajs/framework/types"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"

/** Ends links whose time is up, and deletes rows that are older than `retention`. */
export default async function purgePasswordResets(container: MedusaContainer): Promise<void> {
  const { retention } = container.resolve(PASSWORD_RESET_MODULE)
  await retention.expire()
  await retention.purge()
}

export const config = {
  name: "purge-password-resets",
  schedule: "17 * * * *", // hourly, but not on the hour, when most other jobs run
}
