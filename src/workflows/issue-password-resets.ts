import type { MedusaContainer } from "@medusajs/framework/types"
import { AuthWorkflowEvents, ContainerRegistrationKeys } from "@medusajs/framework/utils"
import {
  createStep,
  createWorkflow,
  StepResponse,
  transform,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import type { EmailpassAccount } from "../domain/accounts/emailpass-accounts"
import type { PasswordResetModuleService } from "../modules/password-reset/service"
import type { ClaimedReset } from "../domain/resets/claim-resets"
import type { InformationalMail, IssuedToken } from "../domain/resets/delivery-repository"
import type { IssueOutcome } from "../domain/resets/issue-resets"
import { accountPicker } from "../domain/accounts/address"
import { mintResetToken } from "../domain/tokens/reset-token"
import { actorIdIn, actorOf, mayUsePassword } from "../domain/accounts/actors"
import { findInformationalMails } from "../domain/mails/informational-mails"
import { findOwners } from "../domain/accounts/owners"
import { attemptKey, findSent, wasSent } from "../domain/mails/send-mails"
import { emitEvent } from "../domain/events/emit-event"

/** What `auth.password_reset` carries: the same as when Medusa's own workflow emits it. */
export type PasswordResetEvent = {
  entity_id: string
  actor_type: string
  token: string
  metadata: Record<string, unknown>
}

type Issued = {
  /** Resets whose token is new, and out. */
  ids: string[]
  /** Of tokens that are new: their mail comes by way of the event. */
  events: PasswordResetEvent[]
  /** Tokens of further attempts. An event that got lost once may get lost again. */
  again: IssuedToken[]
  informationalMails: InformationalMail[]
  claimed: number
  isDelayed: boolean
}

type Result = Omit<Issued, "events">

const issuePasswordResetsStep = createStep(
  "issue-password-resets",
  async ({ limit }: { limit: number }, { container }) => {
    const { resetRepository, options } = container.resolve(PASSWORD_RESET_MODULE)
    const { claimed, isDelayed } = await resetRepository.claim(limit)
    const issued: Issued = {
      ids: [],
      events: [],
      again: [],
      informationalMails: [],
      claimed: claimed.length,
      isDelayed,
    }
    const open = await withoutSent(claimed, container)
    if (!open.length) {
      return new StepResponse(issued)
    }
    const decisions = await decide(open, container)
    const taken = await resetRepository.recordIssued(decisions.map(({ outcome }) => outcome))
    for (const { outcome, event, informationalMail } of decisions) {
      if (taken.has(outcome.id) && informationalMail) {
        issued.informationalMails.push(informationalMail)
      }
      if (taken.has(outcome.id) && event) {
        const isLate = outcome.attempt > 1 && options.email.isOn
        isLate ? issued.again.push(event) : issued.events.push(event)
        issued.ids.push(outcome.id)
      }
    }
    return new StepResponse(issued)
  },
)

/**
 * An event that gets lost loses no mail: the row says that it is due. It is not staged with the workflow's
 * other events: with Redis, tokens would lie there until it ends, or for ten minutes after a crash.
 */
const emitTokensStep = createStep("emit-tokens", async ({ events }: Issued, { container }) => {
  const tokens = { name: AuthWorkflowEvents.PASSWORD_RESET, data: events }
  return new StepResponse(!events.length || (await emitEvent(tokens, container)))
})

/**
 * Second verb: takes up to `limit` requests that are due, finds the account of each and mints its
 * token; the row keeps the token's hash, `auth.password_reset` carries the token. Works on many at
 * a time, since that is what a busy shop or an attack brings.
 *
 * @returns what is to be delivered besides; and how many requests were claimed: fewer than `limit`
 * means that none is left, or, where `isDelayed`, that the rest must wait
 */
export const issuePasswordResetsWorkflow = createWorkflow(
  "password-reset-issue",
  (input: { limit: number }) => {
    const issued = issuePasswordResetsStep(input)
    const isOut = emitTokensStep(issued)
    return new WorkflowResponse(
      transform({ issued, isOut }, ({ issued: { events: _, ids, ...rest }, isOut }): Result => {
        return { ...rest, ids: isOut ? ids : [] }
      }),
    )
  },
)

/**
 * Of requests that are tried again, some have been mailed, although a crash kept that from being
 * written down: the Notification Module knows.
 */
async function withoutSent(
  claimed: ClaimedReset[],
  container: MedusaContainer,
): Promise<ClaimedReset[]> {
  const keyOf = ({ id, issued_attempt }: ClaimedReset) => attemptKey(id, issued_attempt ?? 0)
  const again = claimed.filter(({ status }) => status === "issued")
  await container.resolve(PASSWORD_RESET_MODULE).forgetLinks(again.map(keyOf)) // A crash may have kept them.
  const sent = await findSent(again.map(keyOf), container)
  if (!sent.size) {
    return claimed
  }
  const done = again.filter((reset) => sent.has(keyOf(reset)))
  await container
    .resolve(PASSWORD_RESET_MODULE)
    .deliveryRepository.recordDelivered(
      done.map(({ id, attempts: attempt }) => wasSent({ id, attempt })),
    )
  return claimed.filter((reset) => !done.includes(reset))
}

type Decision = {
  outcome: IssueOutcome
  event?: PasswordResetEvent
  informationalMail?: InformationalMail
}

/**
 * Of several requests for one account in one batch, the newest gets the token; none does where
 * the account has had its share of mails.
 */
async function decide(claimed: ClaimedReset[], container: MedusaContainer): Promise<Decision[]> {
  const resets = container.resolve(PASSWORD_RESET_MODULE)
  if (!(await resets.usesOurEmailpass())) {
    return claimed.map((reset) => failed(reset, "this plugin's emailpass provider is not in use"))
  }
  const usersMayReset = mayUsePassword("user", container)
  const accounts = await resets.findAccounts(claimed.map(({ identifier }) => identifier))
  const recent = await resets.resetRepository.findMailed(
    accounts.map(({ auth_identity_id }) => auth_identity_id),
    claimed.map(({ id }) => id),
  )
  const owners = claimed.some(({ requires_own_email }) => requires_own_email)
    ? await findOwners(container.resolve(ContainerRegistrationKeys.PG_CONNECTION), accounts)
    : new Map<string, string>()
  const accountOf = accountPicker(accounts)
  const served = new Set<string>()
  const strangers: ClaimedReset[] = []
  const newestFirst = [...claimed].sort((a, b) => (a.id < b.id ? 1 : -1))
  const decisions = newestFirst.flatMap((reset): Decision[] => {
    const account = accountOf(reset.identifier)
    const actor_type = account && actorOf(account, reset.actor_type, usersMayReset)
    if (!account) {
      strangers.push(reset)
      return []
    }
    const isServed = !reset.requires_own_email || owners.has(account.provider_identity_id)
    if (!actor_type || !isServed) {
      return [ignored(reset, resets)]
    }
    const { auth_identity_id } = account
    const isEnough = !reset.started_by && recent.areEnough(auth_identity_id, actor_type)
    if (served.has(auth_identity_id) || isEnough) {
      const actor_id = actorIdIn(account.app_metadata, actor_type)
      const { id, attempts: attempt } = reset
      return [{ outcome: { id, attempt, status: "superseded", actor_id } }]
    }
    const decision = issue(reset, account, actor_type, container)
    if (decision.event) {
      served.add(auth_identity_id)
    }
    return [decision]
  })
  const informationalMails = await findInformationalMails(strangers, resets)
  return [
    ...decisions,
    ...strangers.map((reset) => informationalMails.get(reset.id) ?? ignored(reset, resets)),
  ]
}

function failed(
  { id, attempts }: ClaimedReset,
  failure_reason: string,
  actor_id: string | null = null,
): Decision {
  return { outcome: { id, attempt: attempts, status: "failed", failure_reason, actor_id } }
}

/** Nobody's address is kept as an HMAC only: enough to see that one is asked for again and again. */
function ignored(
  { id, attempts, identifier }: ClaimedReset,
  { addressKey }: PasswordResetModuleService,
): Decision {
  const outcome = { id, attempt: attempts, status: "ignored", identifier: addressKey(identifier) }
  return { outcome: outcome as IssueOutcome }
}

/** Why a reset fails whose link would lead nowhere. */
export function noPageFor(actor_type: string): string {
  return `no resetUrl for the actor type "${actor_type}"`
}

function issue(
  reset: ClaimedReset,
  account: EmailpassAccount,
  actor_type: string,
  container: MedusaContainer,
): Decision {
  const { options } = container.resolve(PASSWORD_RESET_MODULE)
  const { http } = container.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const { entity_id, provider_identity_id, auth_identity_id, app_metadata } = account
  const actor_id = actorIdIn(app_metadata, actor_type)
  if (!options.resetUrl[actor_type]) {
    return failed(reset, noPageFor(actor_type), actor_id)
  }
  const ttl = reset.token_ttl ?? options.tokenTtl
  const minted = mintResetToken(http, { entity_id, actor_type, ttl })
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
      token_hash: minted.token_hash,
      expires_at: minted.expires_at,
    },
    event: { entity_id, actor_type, token: minted.token, metadata: reset.metadata ?? {} },
  }
}
