import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type {
  AuthenticationInput,
  AuthenticationResponse,
  AuthIdentityProviderService,
  ConfigModule,
  EmailPassAuthProviderOptions,
  Logger,
} from "@medusajs/framework/types"
import type {
  AbstractAuthModuleProvider,
  ContainerRegistrationKeys,
} from "@medusajs/framework/utils"
import coreEmailpass from "@medusajs/medusa/auth-emailpass"

/** What Medusa's container gives to the provider. */
export type Dependencies = {
  [ContainerRegistrationKeys.PG_CONNECTION]: Knex
  [ContainerRegistrationKeys.CONFIG_MODULE]: ConfigModule
  [ContainerRegistrationKeys.LOGGER]: Logger
}

export type AuthenticateArguments = [AuthenticationInput, AuthIdentityProviderService]

/** The members of Medusa's provider that this plugin uses. Medusa exports the class without its type. */
declare class CoreEmailpassProvider extends AbstractAuthModuleProvider {
  constructor(container: Dependencies, options: EmailPassAuthProviderOptions)
  protected hashPassword(password: string): Promise<string>
  override authenticate(...args: AuthenticateArguments): Promise<AuthenticationResponse>
  override register(...args: AuthenticateArguments): Promise<AuthenticationResponse>
}

/** Medusa's own `emailpass` provider, to extend. */
export const CoreEmailpass = coreEmailpass.services[0] as unknown as typeof CoreEmailpassProvider
