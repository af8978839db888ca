import type { ConfigModule } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import { PROVIDER } from "../../../domain/tokens/reset-token"
import { EmailpassProvider } from "../../../providers/emailpass/service"
import type { StartContext } from "./check"
import { isProviderOfClass, providersOf } from "./configured-providers"

/**
 * Tells whether passwords are written by this plugin's provider. Medusa's own would write them without
 * spending the token.
 */
export async function usesOurEmailpass(config: ConfigModule): Promise<boolean> {
  const configured = providersOf(config, Modules.AUTH).find(({ id }) => id === PROVIDER)
  return configured !== undefined && isProviderOfClass(configured, EmailpassProvider)
}

export async function checkEmailpassProvider({
  config,
}: StartContext): Promise<string | undefined> {
  if (await usesOurEmailpass(config)) {
    return undefined
  }
  return (
    `the auth module still uses Medusa's own emailpass provider, so no link could set a password, and no ` +
    `link is sent. Add to \`modules\`: { resolve: "@medusajs/medusa/auth", options: { providers: [` +
    `{ resolve: "medusa-plugin-password-reset/providers/emailpass", id: "emailpass" }] } }`
  )
}
