import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type {
  AuthenticationInput,
  AuthenticationResponse,
  AuthIdentityDTO,
  AuthIdentityProviderService,
  ConfigModule,
  EmailPassAuthProviderOptions,
  Logger,
} from "@medusajs/framework/types"
import {
  type AbstractAuthModuleProvider,
  ContainerRegistrationKeys,
} from "@medusajs/framework/utils"
import coreEmailpass from "@medusajs/medusa/auth-emailpass"
import {
  type EmailpassAccount,
  findEmailpassAccounts,
} from "../../modules/password-reset/emailpass-accounts"
import { parseOptions, type PasswordResetOptions } from "../../modules/password-reset/options"
import { writePassword } from "../../modules/password-reset/write-password"
import { messageOf } from "../../errors"
import { foldAddress, isAmbiguous, pickAccount } from "../../security/address"
import {
  createPasswordPolicy,
  normalizePassword,
  type PasswordPolicy,
} from "../../security/password-policy"

/**
 * The key under which `updateProvider` is told which reset token to spend. A symbol, since Medusa's
 * own route hands request bodies to `updateProvider`, and no JSON can carry one.
 */
export const SPEND = Symbol.for("medusa-plugin-password-reset.spend")

/** What `authModule.updateProvider("emailpass", …)` takes from this plugin's workflows. */
export type PasswordUpdate = {
  entity_id: string
  password: string
  [SPEND]?: { token_hash: string; actor_type: string }
}

/**
 * Bodies of requests whose password our middleware has judged already, in more detail than is
 * known here. What comes from elsewhere is judged by the provider itself.
 */
export const approvedBodies = new WeakSet<object>()

type Dependencies = {
  [ContainerRegistrationKeys.PG_CONNECTION]: Knex
  [ContainerRegistrationKeys.CONFIG_MODULE]: ConfigModule
  [ContainerRegistrationKeys.LOGGER]: Logger
}

/** What this provider uses of Medusa's own, whose class is exported without its type. */
declare class CoreEmailpassProvider extends AbstractAuthModuleProvider {
  constructor(container: Dependencies, options: EmailPassAuthProviderOptions)
  protected hashPassword(password: string): Promise<string>
  override authenticate(...args: AuthenticateArguments): Promise<AuthenticationResponse>
  override register(...args: AuthenticateArguments): Promise<AuthenticationResponse>
}
type AuthenticateArguments = [AuthenticationInput, AuthIdentityProviderService]
const CoreEmailpass = coreEmailpass.services[0] as unknown as typeof CoreEmailpassProvider

/**
 * Medusa's `emailpass` provider, with three things of its own: an address finds its account in
 * whatever case it is typed; a new password must keep the rules; and it is written in one
 * transaction with all that has to happen besides (see `writePassword`). Hashes, options and
 * answers are Medusa's.
 */
export class EmailpassProvider extends CoreEmailpass {
  static override identifier = "emailpass"
  static override DISPLAY_NAME = "Email/Password Authentication"

  private readonly knex: Knex
  private readonly config: ConfigModule
  private readonly logger: Logger
  private policy?: PasswordPolicy

  constructor(container: Dependencies, options: EmailPassAuthProviderOptions = {}) {
    super(container, options)
    this.knex = container[ContainerRegistrationKeys.PG_CONNECTION]
    this.config = container[ContainerRegistrationKeys.CONFIG_MODULE]
    this.logger = container[ContainerRegistrationKeys.LOGGER]
  }

  override async authenticate(
    input: AuthenticationInput,
    identities: AuthIdentityProviderService,
  ): Promise<AuthenticationResponse> {
    const account = pickAccount(textOf(input, "email"), await this.alike(input))
    const found = account ? withField(input, "email", account.entity_id) : input
    const password = textOf(input, "password")
    const normalized = normalizePassword(password)
    if (normalized === password) {
      return super.authenticate(found, identities)
    }
    // Older hashes may have been made of whatever form the keyboard wrote.
    const answer = await super.authenticate(withField(found, "password", normalized), identities)
    return answer.success ? answer : super.authenticate(found, identities)
  }

  /** New accounts are stored folded; what folds to an existing one is a duplicate. */
  override async register(
    input: AuthenticationInput,
    identities: AuthIdentityProviderService,
  ): Promise<AuthenticationResponse> {
    const email = textOf(input, "email")
    const password = textOf(input, "password")
    if (email && password && !approvedBodies.has(input.body ?? {})) {
      const refusal = await this.refusalOf(password, email)
      if (refusal) {
        return { success: false, error: refusal }
      }
    }
    const accounts = await this.alike(input)
    const account = pickAccount(email, accounts)
    if (!account && isAmbiguous(email, accounts)) {
      return { success: false, error: "Identity with email already exists" }
    }
    const address = account?.entity_id ?? foldAddress(email)
    return super.register(address ? withField(input, "email", address) : input, identities)
  }

  override async update(
    data: Record<string, unknown> & Partial<PasswordUpdate>,
    identities: AuthIdentityProviderService,
  ): Promise<AuthenticationResponse> {
    const { entity_id, password } = data
    if (!entity_id || typeof password !== "string" || !password) {
      return super.update(data, identities)
    }
    const spend = data[SPEND]
    const refusal = spend ? undefined : await this.refusalOf(password, entity_id)
    if (refusal) {
      return { success: false, error: refusal }
    }
    const password_hash = await this.hashPassword(password)
    const error = await writePassword(this.knex, { entity_id, password_hash, spend })
    if (error) {
      return { success: false, error }
    }
    return { success: true, authIdentity: withoutHash(await identities.retrieve({ entity_id })) }
  }

  protected override hashPassword(password: string): Promise<string> {
    return super.hashPassword(normalizePassword(password))
  }

  /** The reasons against a password that comes past our routes, in words. */
  private async refusalOf(password: string, address: string): Promise<string> {
    this.policy ??= createPasswordPolicy(this.passwordOptions(), this.logger)
    return messageOf(await this.policy.judge(password, [address]))
  }

  private passwordOptions(): PasswordResetOptions["password"] {
    const { passwordReset } = this.config.modules as Record<string, { options?: unknown }>
    return parseOptions(passwordReset?.options).password
  }

  private async alike(input: AuthenticationInput): Promise<EmailpassAccount[]> {
    const email = textOf(input, "email")
    return email ? findEmailpassAccounts(this.knex, [email]) : []
  }
}

/** A field of the body, or "" for whatever Medusa's own provider refuses by itself. */
function textOf(input: AuthenticationInput, field: "email" | "password"): string {
  const text: unknown = input.body?.[field]
  return typeof text === "string" ? text : ""
}

function withField(
  input: AuthenticationInput,
  field: "email" | "password",
  text: string,
): AuthenticationInput {
  return { ...input, body: { ...input.body, [field]: text } }
}

function withoutHash(identity: AuthIdentityDTO): AuthIdentityDTO {
  return {
    ...identity,
    provider_identities: identity.provider_identities?.map((provider) => {
      const { password: _, ...provider_metadata } = provider.provider_metadata ?? {}
      return { ...provider, provider_metadata }
    }),
  }
}
