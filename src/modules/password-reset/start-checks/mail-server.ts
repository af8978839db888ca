import { Modules } from "@medusajs/framework/utils"
import type { SmtpOptions } from "../../../providers/smtp/options"
import { SmtpNotificationProvider } from "../../../providers/smtp/service"
import type { StartContext } from "./check"
import { isProviderOfClass, providersOf } from "./configured-providers"

/** Connects to the mail server of the `smtp` provider and logs in; sends nothing. */
export async function checkMailServer({ config }: StartContext): Promise<string | undefined> {
  for (const provider of providersOf(config, Modules.NOTIFICATION)) {
    if (await isProviderOfClass(provider, SmtpNotificationProvider)) {
      const options = provider.options as unknown as SmtpOptions
      try {
        await SmtpNotificationProvider.checkConnection(options)
      } catch (error) {
        return (
          `the mail server ${new URL(options.url).host} can't be used now (${(error as Error).message}). ` +
          `Check \`url\` of the provider "${provider.id}"; the shop starts all the same`
        )
      }
    }
  }
  return undefined
}
