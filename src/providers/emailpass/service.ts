import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type {
  AuthenticationResponse,
  ConfigModule,
  EmailPassAuthProviderOptions,
  Logger,
} from "@medusajs/framework/types"
import { ContainerRegistrationKeys, MedusaError } from "@medusajs/framework/utils"
import {
  type EmailpassAccount,
  findEmailpassAccounts,
} from "../../domain/accounts/emailpass-accounts"
import { parseOptions } from "../../modules/password-reset/options"
import type { PasswordResetOptions } from "../../modules/password-reset/options/schema"
import type { Notice } from "../../domain/passwords/notice-repository"
import { restoreGeneration } from "../../domain/database/medusa/generations"
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
import { approvedBodies } from "../../domain/passwords/approved-bodies"
import { type Authority, AUTHORITY, type PasswordUpdate } from "../../domain/passwords/authority"
import { type AuthenticateArguments, CoreEmailpass, type Dependencies } from "./core-provider"
import { credentialsIn, withEmail } from "./credentials"
import { hashIn, isUnclaimed, withGeneration, withoutHash } from "./identities"
import { PasswordVerifier } from "./password-verifier"

/** Medusa's own messages, so that answers stay the same as core's. */
const WRONG_LOGIN = "Invalid email or password"
const ADDRESS_TAKEN = "Identity with email already exists"

/** Medusa's error where there is no such identity names the address, in the answer and in the log. */
function ifThere(error: Error): undefined {
  if (!MedusaError.isMedusaError(error) || error.type !== MedusaError.Types.NOT_FOUND) {
    throw error
  }
}

/**
 * Extends Medusa's `emailpass` provider in four ways:
 * - an address finds its account in whatever case it is typed;
 * - a login takes as long for an unknown address as for a known one;
 * - a new password must meet the password rules;
 * - a password is written in one transaction with everything that depends on it, see `writePassword`.
 *
 * Hashes, options and answers are Medusa's.
 */
export class EmailpassProvider extends CoreEmailpass {
  static override identifier = "emailpass"
  static override DISPLAY_NAME = "Email/Password Authentication"

  private readonly knex: Knex
  private readonly config: ConfigModule
  private readonly logger: Logger
  private readonly verifier: PasswordVerifier
  private parsedOptions?: PasswordResetOptions
  private policy?: PasswordPolicy

  constructor(container: Dependencies, options: EmailPassAuthProviderOptions = {}) {
    super(container, options)
    this.knex = container[ContainerRegistrationKeys.PG_CONNECTION]
    this.config = container[ContainerRegistrationKeys.CONFIG_MODULE]
    this.logger = container[ContainerRegistrationKeys.LOGGER]
    this.verifier = new PasswordVerifier({
      hash: (password) => this.hashPassword(password),
      verify: (password, hash) => this.verifyByCore(password, hash),
    })
  }

  override async authenticate(
    ...[input, identities]: AuthenticateArguments
  ): Promise<AuthenticationResponse> {
    const { email, password } = credentialsIn(input)
    if (!email || !password) {
      return super.authenticate(input, identities) // Medusa's answer names what is missing.
    }
    const account = pickAccount(email, await this.findCandidates(email))
    const isMatch = await this.verifier.matches(password, account?.password_hash)
    if (!isMatch || !account) {
      return { success: false, error: WRONG_LOGIN }
    }
    if (generationOf(account.app_metadata) < (account.generation ?? 0)) {
      await restoreGeneration(this.knex, account.auth_identity_id)
    }
    const authIdentity = await identities.retrieve({ entity_id: account.entity_id }).catch(ifThere)
    if (!authIdentity || hashIn(authIdentity, this.provider) !== account.password_hash) {
      // The account was deleted, or its password changed, while the old one was verified: it must open no session.
      return { success: false, error: WRONG_LOGIN }
    }
    return { success: true, authIdentity: withoutHash(authIdentity) }
  }

  /**
   * Registers an account under its folded address. An address that folds to the same as an existing one is a
   * duplicate.
   */
  override async register(
    ...[input, identities]: AuthenticateArguments
  ): Promise<AuthenticationResponse> {
    const { email, password } = credentialsIn(input)
    if (!isStorable(email)) {
      return { success: false, error: "Email is not valid" }
    }
    if (email && password && !approvedBodies.has(input.body ?? {})) {
      const refusal = await this.refusalOf(password, email)
      if (refusal) {
        return { success: false, error: refusal }
      }
    }
    const accounts = await this.findCandidates(email)
    const account = pickAccount(email, accounts)
    if (!account && isAmbiguous(email, accounts)) {
      return { success: false, error: ADDRESS_TAKEN }
    }
    if (account && isUnclaimed(account)) {
      const answer = await this.authenticate(input, identities)
      return answer.success ? answer : { success: false, error: ADDRESS_TAKEN }
    }
    const address = account?.entity_id ?? foldAddress(email)
    return super.register(address ? withEmail(input, address) : input, identities)
  }

  /**
   * Writes a new password; everything else is left to Medusa.
   *
   * @returns `success: false` with an error code (`ErrorCode`) or a message where the password is refused.
   * Errors are returned because Medusa's auth module turns whatever is thrown into text.
   */
  override async update(
    data: Record<string, unknown> & Partial<PasswordUpdate>,
    identities: AuthenticateArguments[1],
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
      verifies: this.verifiedTypes,
      notice: this.noticeOf(authority),
    })
    if ("error" in written) {
      return { success: false, error: written.error }
    }
    const { auth_identity_id: id, generation } = written
    if (authority && generation !== undefined) {
      // The plugin's workflows need no more than this.
      return { success: true, authIdentity: withGeneration({ id }, generation) }
    }
    // The password is written: the caller must be told so, even if the identity cannot be read.
    const authIdentity = await identities.retrieve({ entity_id }).then(withoutHash, () => ({ id }))
    return { success: true, authIdentity: withGeneration(authIdentity, generation) }
  }

  protected override hashPassword(password: string): Promise<string> {
    return hashingQueue.run(() => super.hashPassword(normalizePassword(password)))
  }

  /** Verifies by Medusa's own login, with a made-up identity that has the hash. */
  private async verifyByCore(password: string, hash: string): Promise<boolean> {
    const stored = { provider: this.provider, provider_metadata: { password: hash } }
    const identities = { retrieve: async () => ({ provider_identities: [stored] }) }
    const { success } = await hashingQueue.run(() =>
      super.authenticate(
        { body: { email: "anybody", password } } as AuthenticateArguments[0],
        identities as unknown as AuthenticateArguments[1],
      ),
    )
    return success
  }

  /** What the store calls addresses that must be verified before a login: `authVerificationsPerActor`. */
  private get verifiedTypes(): string[] {
    const { authVerificationsPerActor = {} } = this.config.projectConfig.http
    const ours = Object.values(authVerificationsPerActor)
      .flatMap((verifications) => verifications ?? [])
      .filter(({ auth_provider }) => auth_provider === this.provider)
    return [...new Set(ours.map(({ entity_type }) => entity_type))]
  }

  /** What the email "your password was changed" will say; undefined where the store sends none. */
  private noticeOf(authority: Authority | undefined): Notice | undefined {
    const { isOn, mails } = this.options.email
    if (!isOn || !mails.passwordChanged) {
      return undefined
    }
    const { actor_type, client } = authority ?? {}
    const reasons = { token: "reset", old_password: "change" } as const
    return { ...client, actor_type, reason: authority ? reasons[authority.by] : "other" }
  }

  /** The account's hash if `password` is its password, else null. */
  private async verifiedHash(entity_id: string, password: string): Promise<string | null> {
    const account = pickAccount(entity_id, await this.findCandidates(entity_id))
    const hash = account?.password_hash ?? null
    return (await this.verifier.matches(password, hash)) ? hash : null
  }

  /** Accounts that the address may mean; none for text that cannot be an address. */
  private async findCandidates(address: string): Promise<EmailpassAccount[]> {
    return address && isStorable(address) ? findEmailpassAccounts(this.knex, [address]) : []
  }

  /** Why a password is refused that did not come through this plugin's routes; "" where it is not. */
  private async refusalOf(password: string, address: string): Promise<string> {
    this.policy ??= createPasswordPolicy(this.options.password, this.logger)
    return messageOf(await this.policy.judge(password, [address]))
  }

  /** The options of the plugin's module: the store writes them there, not at the provider. */
  private get options(): PasswordResetOptions {
    const { passwordReset } = this.config.modules as Record<string, { options?: unknown }>
    return (this.parsedOptions ??= parseOptions(passwordReset?.options))
  }
}
