import type { ConfigModule } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import type { StartContext } from "./check"
import { providersOf } from "./configured-providers"

/** Looks for a provider on the channel that emails go out on. */
export function checkNotificationChannel({ config, options }: StartContext): string | undefined {
  const { channel, isOn } = options.email
  if (!isOn) {
    return undefined // The store sends its emails itself.
  }
  const isServed = providersOf(config, Modules.NOTIFICATION).some((provider) =>
    provider.options?.channels?.includes(channel),
  )
  if (isServed || (channel === "email" && hasMedusaCloudEmail(config))) {
    return undefined
  }
  return (
    `no notification provider serves the channel "${channel}", so no email can be sent. ` +
    `Add to \`modules\`: { resolve: "@medusajs/medusa/notification", options: { providers: [` +
    `{ resolve: "medusa-plugin-password-reset/providers/smtp", id: "smtp", options: { ` +
    `channels: ["${channel}"], url: "smtp://localhost:1025", from: "Shop <no-reply@shop.example>" } }, ` +
    `{ resolve: "@medusajs/medusa/notification-local", id: "local", options: { channels: ["feed"] } }] } }`
  )
}

/** Medusa adds its own provider for the channel "email" where the options of its cloud are set. */
function hasMedusaCloudEmail(config: ConfigModule): boolean {
  const entry = config.modules?.[Modules.NOTIFICATION] as
    { options?: { cloud?: { api_key?: string; endpoint?: string } } } | undefined
  return Boolean(entry?.options?.cloud?.api_key && entry.options.cloud.endpoint)
}
