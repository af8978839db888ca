import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { recordChecked } from "../tokens/token-repository"
import { acceptReset, type ResetRequest } from "./accept-reset"
import { cancelReset } from "./cancel-reset"
import { type ClaimedReset, claimResets } from "./claim-resets"
import { type HandedOut, handOutToken } from "./hand-out-token"
import { finish, type IssueOutcome, recordIssued } from "./issue-resets"
import { findInformed, findMailed, type MailLimits, type RecentMails } from "./recent-mails"

export type ResetRepositoryOptions = {
  throttle:
    | false
    | (MailLimits & {
        /** Mails of the whole shop. */
        mailsPerMinute?: number
      })
  /** `isOn`: whether the plugin mails the links, and not the store. */
  email: { isOn: boolean }
}

/**
 * The table `password_reset`, as the first two verbs use it: what is asked for, which worker takes it up,
 * which token it gets. Each statement is in a file of its verb. What becomes of the mail is in
 * `DeliveryRepository`; how a password is written, and its token spent, in `writePassword`.
 */
export class ResetRepository {
  constructor(
    private readonly knex: Knex,
    private readonly options: ResetRepositoryOptions,
  ) {}

  async accept(request: ResetRequest): Promise<{ id: string }> {
    return acceptReset(this.knex, request)
  }

  /** @returns at most `limit` requests, and no more than `throttle.mailsPerMinute` allows */
  async claim(limit: number): Promise<{ claimed: ClaimedReset[]; isDelayed: boolean }> {
    const { throttle } = this.options
    return claimResets(this.knex, limit, throttle ? throttle.mailsPerMinute : undefined)
  }

  async findMailed(
    auth_identity_ids: string[],
    mailboxes: string[],
    except: string[],
  ): Promise<RecentMails> {
    const limits = this.options.throttle || undefined
    return findMailed(this.knex, auth_identity_ids, mailboxes, except, limits)
  }

  async findInformed(addresses: string[], except: string[]): Promise<Set<string>> {
    return findInformed(this.knex, addresses, except)
  }

  async recordIssued(outcomes: IssueOutcome[]): Promise<Set<string>> {
    return recordIssued(this.knex, outcomes, this.options.email.isOn)
  }

  async finish(ids: string[]): Promise<void> {
    await finish(this.knex, ids)
  }

  async handOut(handedOut: HandedOut): Promise<{ id: string }> {
    return handOutToken(this.knex, handedOut)
  }

  async recordChecked(token_hash: string): Promise<void> {
    await recordChecked(this.knex, token_hash)
  }

  async cancel(id: string): Promise<boolean> {
    return cancelReset(this.knex, id)
  }
}
