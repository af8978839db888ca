import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type {
  AuthenticationInput,
  AuthenticationResponse,
  AuthIdentityDTO,
  AuthIdentityProviderService,
  EmailPassAuthProviderOptions,
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
import { writePassword } from "../../modules/password-reset/write-password"
import { foldAddress, isAmbiguous, pickAccount } from "../../security/address"

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

type Dependencies = { [ContainerRegistrationKeys.PG_CONNECTION]: Knex }

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
 * Medusa's `emailpass` provider, with two things of its own: an address finds its account in
 * whatever case it is typed, and a password is written in one transaction with all that has to
 * happen besides (see `writePassword`). Hashes, options and answers are Medusa's.
 */
export class EmailpassProvider extends CoreEmailpass {
  static override identifier = "emailpass"
  static override DISPLAY_NAME = "Email/Password Authentication"

  private readonly knex: Knex

  constructor(container: Dependencies, options: EmailPassAuthProviderOptions = {}) {
    super(container, options)
    this.knex = container[ContainerRegistrationKeys.PG_CONNECTION]
  }

  override async authenticate(
    input: AuthenticationInput,
    identities: AuthIdentityProviderService,
  ): Promise<AuthenticationResponse> {
    const account = pickAccount(emailOf(input), await this.alike(input))
    return super.authenticate(account ? withEmail(input, account.entity_id) : input, identities)
  }

  /** New accounts are stored folded; what folds to an existing one is a duplicate. */
  override async register(
    input: AuthenticationInput,
    identities: AuthIdentityProviderService,
  ): Promise<AuthenticationResponse> {
    const email = emailOf(input)
    const accounts = await this.alike(input)
    const account = pickAccount(email, accounts)
    if (!account && isAmbiguous(email, accounts)) {
      return { success: false, error: "Identity with email already exists" }
    }
    const address = account?.entity_id ?? foldAddress(email)
    return super.register(address ? withEmail(input, address) : input, identities)
  }

  override async update(
    data: Record<string, unknown> & Partial<PasswordUpdate>,
    identities: AuthIdentityProviderService,
  ): Promise<AuthenticationResponse> {
    const { entity_id, password } = data
    if (!entity_id || typeof password !== "string" || !password) {
      return super.update(data, identities)
    }
    const password_hash = await this.hashPassword(password)
    const refusal = await writePassword(this.knex, { entity_id, password_hash, spend: data[SPEND] })
    if (refusal) {
      return { success: false, error: refusal }
    }
    return { success: true, authIdentity: withoutHash(await identities.retrieve({ entity_id })) }
  }

  private async alike(input: AuthenticationInput): Promise<EmailpassAccount[]> {
    const email = emailOf(input)
    return email ? findEmailpassAccounts(this.knex, [email]) : []
  }
}

/** The address in the body, or "" for whatever Medusa's own provider refuses by itself. */
function emailOf(input: AuthenticationInput): string {
  const email: unknown = input.body?.email
  return typeof email === "string" ? email : ""
}

function withEmail(input: AuthenticationInput, email: string): AuthenticationInput {
  return { ...input, body: { ...input.body, email } }
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
