import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { createStep, StepResponse } from "@medusajs/framework/workflows-sdk"
import { mayUsePassword } from "../../domain/accounts/actors"
import type { PasswordResetEvent } from "../../domain/events/names"
import { findInformationalMails } from "../../domain/mails/informational-mails"
import { outcomeOf } from "../../domain/mails/mail-fate"
import { attemptKey, findFates } from "../../domain/mails/send-mails"
import { decide, type Decision, failed, ignored } from "../../domain/resets/decide"
import { BesideEngine, needsRun } from "../../engine/beside-engine"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { senderOf } from "../../modules/password-reset/sender"
import type { ClaimedReset } from "../../domain/resets/claim-resets"
import type { InformationalMail, IssuedToken } from "../../domain/resets/delivery-repository"

/** Tokens on their way to their mails. They travel beside Medusa's engine. */
export type IssuedTokens = {
  /** Of first attempts. The subscriber of the event mails them. */
  events: PasswordResetEvent[]
  /** Of later attempts. They are mailed directly, since an event that was lost may be lost again. */
  again: IssuedToken[]
}

export const issuedTokens = new BesideEngine<IssuedTokens>()

export type Issued = {
  /** Resets that got a new token. */
  ids: string[]
  informationalMails: InformationalMail[]
  /** How many requests were claimed. */
  claimed: number
  /** Whether requests were left because of `throttle.mailsPerMinute`. */
  isDelayed: boolean
}

/** Claims requests that are due, decides on each, and records the decisions. */
export const issuePasswordResetsStep = createStep(
  "issue-password-resets",
  async ({ limit }: { limit: number }, { container }) => {
    const { resetRepository, options } = container.resolve(PASSWORD_RESET_MODULE)
    const tokens = issuedTokens.get()
    if (!tokens) {
      throw needsRun("issuePasswordResetsWorkflow")
    }
    const { claimed, isDelayed } = await resetRepository.claim(limit)
    const issued: Issued = {
      ids: [],
      informationalMails: [],
      claimed: claimed.length,
      isDelayed,
    }
    const pending = await excludeAlreadySent(claimed, container)
    if (!pending.length) {
      return new StepResponse(issued)
    }
    const decisions = await decideOn(pending, container)
    const recorded = await resetRepository.recordIssued(decisions.map(({ outcome }) => outcome))
    for (const { outcome, event, informationalMail } of decisions) {
      if (!recorded.has(outcome.id)) {
        continue // Another worker has decided on it meanwhile.
      }
      if (informationalMail) {
        issued.informationalMails.push(informationalMail)
      }
      if (event) {
        const isFurtherAttempt = outcome.attempt > 1 && options.email.isOn
        const sameWay: IssuedToken[] = isFurtherAttempt ? tokens.again : tokens.events
        sameWay.push(event)
        issued.ids.push(outcome.id)
      }
    }
    return new StepResponse(issued)
  },
)

/**
 * Removes requests whose email has already gone out: the Notification Module knows of it, but a crash kept
 * the plugin from recording it.
 */
async function excludeAlreadySent(
  claimed: ClaimedReset[],
  container: MedusaContainer,
): Promise<ClaimedReset[]> {
  const resets = container.resolve(PASSWORD_RESET_MODULE)
  const keyOf = ({ id, issued_attempt }: ClaimedReset) => attemptKey(id, issued_attempt ?? 0)
  const again = claimed.filter(({ status }) => status !== "accepted")
  if (!again.length) {
    return claimed
  }
  await resets.forgetLinks(again.map(keyOf)) // A crash may have left them there.
  const sender = senderOf(container, resets, (outcomes) =>
    resets.deliveryRepository.recordDelivered(outcomes),
  )
  const fates = await findFates(again.map(keyOf), sender)
  const ended = again.flatMap((reset) => {
    const { id, attempts: attempt, identifier } = reset
    const fate = fates.get(keyOf(reset))
    // One of which it is known already that it may be out is to be sent again.
    const isNew = fate && (fate.fate === "taken" || reset.status === "issued")
    return isNew ? [outcomeOf({ id, attempt }, identifier, fate)] : []
  })
  if (!ended.length) {
    return claimed
  }
  await sender.record(ended)
  return claimed.filter(({ id }) => !ended.some((outcome) => outcome.id === id))
}

/** Decides on each request; what finds no account with a password may get an email without a link. */
async function decideOn(
  claimed: ClaimedReset[],
  container: MedusaContainer,
): Promise<(Decision & { informationalMail?: InformationalMail })[]> {
  const resets = container.resolve(PASSWORD_RESET_MODULE)
  if (!(await resets.usesOurEmailpass())) {
    return claimed.map((reset) => failed(reset, "this plugin's emailpass provider is not in use"))
  }
  const { http } = container.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const accounts = await resets.findAccounts(claimed.map(({ identifier }) => identifier))
  const recent = await resets.resetRepository.findMailed(
    accounts.map(({ auth_identity_id }) => auth_identity_id),
    claimed.map(({ identifier }) => resets.mailboxKey(identifier)),
    claimed.map(({ id }) => id),
  )
  const owners = claimed.some(({ requires_own_email }) => requires_own_email)
    ? await resets.findOwners(accounts)
    : new Map<string, string>()
  const { decisions, unknown } = decide(
    claimed,
    { accounts, recent, owners, usersMayReset: mayUsePassword("user", http) },
    { http, ...resets.options },
    resets,
  )
  const { isOn, mails } = resets.options.email
  const informational = isOn
    ? await findInformationalMails(unknown, {
        mails,
        recent,
        mailboxKey: resets.mailboxKey,
        findOtherSignIns: (addresses) => resets.findOtherSignIns(addresses),
        findGuests: (addresses) => resets.findGuests(addresses),
        findInformed: (...args) => resets.resetRepository.findInformed(...args),
      })
    : new Map()
  return [
    ...decisions,
    ...unknown.map((reset) => informational.get(reset.id) ?? ignored(reset, resets.addressKey)),
  ]
}
