import { randomBytes } from "node:crypto"
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
} from "../../domain/accounts/emailpass-accounts"
import { parseOptions } from "../../modules/password-reset/options"
import type { PasswordResetOptions } from "../../modules/password-reset/options/schema"
import type { Notice } from "../../domain/passwords/notice-repository"
import { PASSWORD_GENERATION, restoreGeneration } from "../../domain/database/medusa/generations"
import type { ClientDescription } from "../../domain/passwords/notice-repository"
import { writePassword } from "../../domain/passwords/write-password"
import { type ErrorCode, messageOf } from "../../domain/errors"
import { foldAddress, isAmbiguous, isStorable, pickAccount } from "../../domain/accounts/address"
import { hashingQueue } from "../../domain/passwords/hashing-queue"
import {
  createPasswordPolicy,
  normalizePassword,
  type PasswordPolicy,
} from "../../domain/passwords/password-policy"
import { generationOf } from "../../domain/sessions/session"

/**
 * The key under which `updateProvider` is told by what right a password is written. A symbol, since
 * Medusa's own route hands request bodies to `updateProvider`, and no JSON can carry one.
 */
export const AUTHORITY = Symbol.for("medusa-plugin-password-reset.authority")

/** By what right a password is written; the workflow that says so has judged the password. */
export type Authority = { actor_type: string; client?: ClientDescription } & (
  { by: "token"; token_hash: string } | { by: "old_password"; old_password: string }
)

/** What `authModule.updateProvider("emailpass", …)` takes from this plugin's workflows. */
export type PasswordUpdate = {
  entity_id: string
  password: string
  [AUTHORITY]?: Authority
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

/** Medusa's own words for every wrong login, and for an address that is taken. */
const INVALID = "Invalid email or password"
const TAKEN = "Identity with email already exists"

/**
 * Medusa's `emailpass` provider, with four things of its own: an address finds its account in
 * whatever case it is typed; a login takes as long for an unknown address as for a known one; a new
 * password must keep the rules; and it is written in one transaction with all that has to happen
 * besides (see `writePassword`). Hashes, options and answers are Medusa's.
 */
export class EmailpassProvider extends CoreEmailpass {
  static override identifier = "emailpass"
  static override DISPLAY_NAME = "Email/Password Authentication"

  private readonly knex: Knex
  private readonly config: ConfigModule
  private readonly logger: Logger
  private ownOptions?: PasswordResetOptions
  private policy?: PasswordPolicy
  private decoy?: Promise<string>

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
    const email = textOf(input, "email")
    const password = textOf(input, "password")
    if (!email || !password) {
      return super.authenticate(input, identities) // Medusa says what is missing.
    }
    const account = pickAccount(email, await this.alike(email))
    if (!(await this.isMatch(password, account?.password_hash)) || !account) {
      return { success: false, error: INVALID }
    }
    if (generationOf(account.app_metadata) < (account.generation ?? 0)) {
      await restoreGeneration(this.knex, account.auth_identity_id)
    }
    const authIdentity = await identities.retrieve({ entity_id: account.entity_id })
    if (this.hashOf(authIdentity) !== account.password_hash) {
      return { success: false, error: INVALID } // It was changed since: sessions of it have ended.
    }
    return { success: true, authIdentity: withoutHash(authIdentity) }
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
    if (!isStorable(email)) {
      return { success: false, error: "Email is not valid" }
    }
    const accounts = await this.alike(email)
    const account = pickAccount(email, accounts)
    if (!account && isAmbiguous(email, accounts)) {
      return { success: false, error: TAKEN }
    }
    if (account && isUnclaimed(account)) {
      const answer = await this.authenticate(input, identities)
      return answer.success ? answer : { success: false, error: TAKEN }
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
    const authority = data[AUTHORITY]
    const refusal = authority ? undefined : await this.refusalOf(password, entity_id)
    if (refusal) {
      return { success: false, error: refusal }
    }
    const replaces =
      authority?.by === "old_password"
        ? await this.verifiedHash(entity_id, authority.old_password)
        : undefined
    if (replaces === null) {
      return { success: false, error: "old_password_wrong" satisfies ErrorCode }
    }
    const written = await writePassword(this.knex, {
      entity_id,
      password_hash: await this.hashPassword(password),
      spend: authority?.by === "token" ? authority : undefined,
      replaces,
      endSessions: this.options.endSessions,
      notice: this.noticeOf(authority),
    })
    if ("error" in written) {
      return { success: false, error: written.error }
    }
    const { auth_identity_id: id, generation } = written
    if (authority && generation !== undefined) {
      return { success: true, authIdentity: withGeneration({ id }, generation) } // They need no more.
    }
    // It is written: whatever happens from here on, the caller must hear of it.
    const authIdentity = await identities.retrieve({ entity_id }).then(withoutHash, () => ({ id }))
    return { success: true, authIdentity: withGeneration(authIdentity, generation) }
  }

  protected override hashPassword(password: string): Promise<string> {
    return hashingQueue.run(() => super.hashPassword(normalizePassword(password)))
  }

  /**
   * Whether a hash was made of the password; as long at work without a hash as with one. Older
   * hashes may have been made of whatever form the keyboard wrote.
   */
  private async isMatch(password: string, hash: string | null | undefined): Promise<boolean> {
    const decoy = await this.decoyHash()
    for (const form of new Set([normalizePassword(password), password])) {
      if (await this.verify(form, hash ?? decoy, decoy)) {
        return typeof hash === "string"
      }
    }
    return false
  }

  /**
   * By Medusa's own sign-in, with an identity that has the hash. What is no hash, such as an import may
   * have left, takes as long as one.
   */
  private async verify(password: string, hash: string, decoy: string): Promise<boolean> {
    const stored = { provider: this.provider, provider_metadata: { password: hash } }
    const identities = { retrieve: async () => ({ provider_identities: [stored] }) }
    try {
      const { success } = await hashingQueue.run(() =>
        super.authenticate(
          { body: { email: "anybody", password } } as AuthenticationInput,
          identities as unknown as AuthIdentityProviderService,
        ),
      )
      return success
    } catch (error) {
      if (hash === decoy) {
        throw error
      }
      await this.verify(password, decoy, decoy)
      return false
    }
  }

  private decoyHash(): Promise<string> {
    this.decoy ??= this.hashPassword(randomBytes(16).toString("hex")).catch((error: Error) => {
      this.decoy = undefined
      throw error
    })
    return this.decoy
  }

  /** What the account's owner is to hear of a new password, from whomever it comes. */
  private noticeOf(authority: Authority | undefined): Notice | undefined {
    const { isOn, mails } = this.options.email
    if (!isOn || !mails.passwordChanged) {
      return undefined
    }
    const { actor_type, client } = authority ?? {}
    const reasons = { token: "reset", old_password: "change" } as const
    return { ...client, actor_type, reason: authority ? reasons[authority.by] : "other" }
  }

  /** The account's hash, if it was made of the password; null if not. */
  private async verifiedHash(entity_id: string, password: string): Promise<string | null> {
    const account = pickAccount(entity_id, await this.alike(entity_id))
    const hash = account?.password_hash ?? null
    return (await this.isMatch(password, hash)) ? hash : null
  }

  private hashOf({ provider_identities }: AuthIdentityDTO): unknown {
    return provider_identities?.find(({ provider }) => provider === this.provider)
      ?.provider_metadata?.password
  }

  private async alike(address: string): Promise<EmailpassAccount[]> {
    return address && isStorable(address) ? findEmailpassAccounts(this.knex, [address]) : []
  }

  /** The reasons against a password that comes past our routes, in words. */
  private async refusalOf(password: string, address: string): Promise<string> {
    this.policy ??= createPasswordPolicy(this.options.password, this.logger)
    return messageOf(await this.policy.judge(password, [address]))
  }

  /** The plugin's options: they are written once, at the plugin. */
  private get options(): PasswordResetOptions {
    const { passwordReset } = this.config.modules as Record<string, { options?: unknown }>
    return (this.ownOptions ??= parseOptions(passwordReset?.options))
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

/** Nobody has become a customer, a user or the like with it yet. */
function isUnclaimed({ app_metadata }: EmailpassAccount): boolean {
  return Object.entries(app_metadata ?? {}).every(
    ([key, value]) => key === PASSWORD_GENERATION || value === null,
  )
}

function withGeneration(identity: AuthIdentityDTO, generation?: number): AuthIdentityDTO {
  const app_metadata = { ...identity.app_metadata, [PASSWORD_GENERATION]: generation }
  return generation === undefined ? identity : { ...identity, app_metadata }
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
