import type { ExecArgs } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { createEmailpassAddressIndex } from "../modules/password-reset/emailpass-accounts"

/**
 * The index that logins and resets look accounts up with. It is on the auth module's table, so it
 * can't stand in our migrations, which run before that table exists; and it is built concurrently,
 * since a shop with a million customers must go on selling meanwhile.
 */
export default async function indexEmailpassAddresses({ container }: ExecArgs): Promise<void> {
  await createEmailpassAddressIndex(container.resolve(ContainerRegistrationKeys.PG_CONNECTION))
}
