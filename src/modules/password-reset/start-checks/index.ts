import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { ConfigModule, Logger } from "@medusajs/framework/types"
import type { PasswordResetOptions } from "../options/schema"
import { checkAddressIndexes } from "./address-indexes"
import type { StartCheck } from "./check"
import { checkEmailpassProvider } from "./emailpass-provider"
import { checkLinkLifetime } from "./link-lifetime"
import { checkLoneServer } from "./lone-server"
import { checkMailServer } from "./mail-server"
import { checkNotificationChannel } from "./notification-channel"
import { checkOwnTables } from "./own-tables"
import { checkResetUrls } from "./reset-urls"
import { checkUnknownEmailDisclosure } from "./unknown-email-disclosure"

export { usesOurEmailpass } from "./emailpass-provider"

/** In the order of their lines in the log. docs/operations.md lists them. */
const CHECKS: readonly StartCheck[] = [
  checkOwnTables,
  checkEmailpassProvider,
  checkNotificationChannel,
  checkResetUrls,
  checkLinkLifetime,
  checkUnknownEmailDisclosure,
  checkAddressIndexes,
  checkLoneServer,
  checkMailServer,
]

/**
 * Logs a warning for each mistake in how the store is set up, once, when it starts. No finding stops the
 * start: a shop that sells without password resets is better than one that is down.
 *
 * @throws the database's error where it cannot be asked for its indexes; then nothing is logged
 */
export async function checkStart(
  config: ConfigModule,
  options: PasswordResetOptions,
  knex: Knex,
  logger: Logger,
): Promise<void> {
  const findings: (string | undefined)[] = []
  for (const check of CHECKS) {
    findings.push(await check({ config, options, knex }))
  }
  for (const finding of findings) {
    if (finding) {
      logger.warn(`medusa-plugin-password-reset: ${finding}`)
    }
  }
}
