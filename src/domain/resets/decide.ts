import type { ProjectConfigOptions } from "@medusajs/framework/types"
import type { ClaimedReset } from "./claim-resets"
import type { IssueOutcome } from "./issue-resets"
import { actorIdIn, actorOf } from "../accounts/actors"
import { accountPicker } from "../accounts/address"
import type { EmailpassAccount } from "../accounts/emailpass-accounts"
import type { PasswordResetEvent } from "../events/names"
import { mintResetToken } from "../tokens/reset-token"
import type { RecentMails } from "./recent-mails"

/** What becomes of a claimed request; `event` carries the new token, where there is one. */
export type Decision = { outcome: IssueOutcome; event?: PasswordResetEvent }

/** What is known of the accounts that the requests may mean. */
type Facts = {
  accounts: readonly EmailpassAccount[]
  recent: RecentMails
  /** Customers whose `email` is the address that they sign in with, by `provider_identity_id`. */
  owners: ReadonlyMap<string, string>
  /** Whether users may sign in with a password at all. */
  usersMayReset: boolean
}

/** How tokens are made in this store. */
type Minting = {
  http: ProjectConfigOptions["http"]
  /** Pages by actor type. */
  resetUrl: Record<string, string>
  /** Seconds. */
  tokenTtl: number
}

/** HMACs that take the place of addresses. */
export type AddressKeys = {
  addressKey(address: string): string
  mailboxKey(address: string): string
}

/**
 * Decides on claimed requests. Of several for one account in a batch, the newest gets the token; none
 * does where the account has had its share of mails.
 *
 * @returns decisions, and the requests that have no account with a password
 */
export function decide(
  claimed: readonly ClaimedReset[],
  { accounts, recent, owners, usersMayReset }: Facts,
  minting: Minting,
  { addressKey, mailboxKey }: AddressKeys,
): { decisions: Decision[]; unknown: ClaimedReset[] } {
  const accountOf = accountPicker(accounts)
  const served = new Set<string>()
  const decisions: Decision[] = []
  const unknown: ClaimedReset[] = []
  const newestFirst = [...claimed].sort((a, b) => (a.id < b.id ? 1 : -1))
  for (const reset of newestFirst) {
    const account = accountOf(reset.identifier)
    if (!account) {
      unknown.push(reset)
      continue
    }
    const actor_type = actorOf(account, reset.actor_type, usersMayReset)
    const isServed = !reset.requires_own_email || owners.has(account.provider_identity_id)
    if (!actor_type || !isServed) {
      decisions.push(ignored(reset, addressKey))
      continue
    }
    const { auth_identity_id } = account
    const actor_id = actorIdIn(account.app_metadata, actor_type)
    const mailbox = actor_id ? null : mailboxKey(account.entity_id)
    const isEnough =
      !reset.started_by && recent.areEnough({ auth_identity_id, actor_type, mailbox })
    if (served.has(auth_identity_id) || isEnough) {
      decisions.push(answered(reset, actor_id))
      continue
    }
    const decision = issue(reset, account, { actor_type, actor_id, mailbox }, minting)
    decisions.push(decision)
    if (decision.event) {
      served.add(auth_identity_id)
      recent.add({ auth_identity_id, actor_type, mailbox })
    }
  }
  return { decisions, unknown }
}

/** Ends a request as failed. */
export function failed(
  { id, attempts }: ClaimedReset,
  failure_reason: string,
  actor_id: string | null = null,
): Decision {
  return { outcome: { id, attempt: attempts, status: "failed", failure_reason, actor_id } }
}

/**
 * Ends a request that nobody here can use. Its address is kept as an HMAC only: enough to see that one is
 * asked for again and again.
 */
export function ignored(
  { id, attempts: attempt, identifier }: ClaimedReset,
  addressKey: (address: string) => string,
): Decision {
  return { outcome: { id, attempt, status: "ignored", identifier: addressKey(identifier) } }
}

/** Why a reset fails whose link would lead nowhere. */
export function noPageFor(actor_type: string): string {
  return `no resetUrl for the actor type "${actor_type}"`
}

/** Ends a request that another mail answers. */
function answered({ id, attempts: attempt }: ClaimedReset, actor_id: string | null): Decision {
  return { outcome: { id, attempt, status: "superseded", actor_id } }
}

function issue(
  reset: ClaimedReset,
  { entity_id, provider_identity_id, auth_identity_id }: EmailpassAccount,
  {
    actor_type,
    actor_id,
    mailbox,
  }: { actor_type: string; actor_id: string | null; mailbox: string | null },
  { http, resetUrl, tokenTtl }: Minting,
): Decision {
  if (!resetUrl[actor_type]) {
    return failed(reset, noPageFor(actor_type), actor_id)
  }
  const ttl = reset.token_ttl ?? tokenTtl
  const { token, token_hash, expires_at } = mintResetToken(http, { entity_id, actor_type, ttl })
  return {
    outcome: {
      id: reset.id,
      attempt: reset.attempts,
      status: "issued",
      mail: "reset",
      actor_type,
      actor_id,
      entity_id,
      provider_identity_id,
      auth_identity_id,
      mailbox,
      token_hash,
      expires_at,
    },
    event: { entity_id, actor_type, token, metadata: reset.metadata ?? {} },
  }
}
