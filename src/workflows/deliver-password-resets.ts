import type { MedusaContainer } from "@medusajs/framework/types"
import { AuthWorkflowEvents } from "@medusajs/framework/utils"
import {
  createStep,
  createWorkflow,
  StepResponse,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import type { Mail } from "../domain/mails"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import type { PasswordResetOptions } from "../modules/password-reset/options/schema"
import type {
  InformationalMail,
  DeliverableReset,
  IssuedToken,
} from "../domain/resets/delivery-repository"
import type { DeliveryOutcome } from "../domain/database/outbox"
import { allowedRedirectUrl } from "../domain/tokens/redirect-url"
import { buildResetLink } from "../domain/tokens/reset-link"
import { decodeResetToken } from "../domain/tokens/reset-token"
import { mailComposer } from "../domain/mails/compose-mail"
import { noPageFor } from "./issue-password-resets"
import { attemptKey, hasFailed, type OutgoingMail, sendMails } from "../domain/mails/send-mails"

export type DeliverInput = {
  tokens: IssuedToken[]
  /** Mails without a token, of requests that found another account than the asked one, or none. */
  informationalMails?: InformationalMail[]
}

const deliverPasswordResetsStep = createStep(
  "deliver-password-resets",
  async (input: DeliverInput, { container }) => {
    const { mails, failures } = await writeMails(input, container)
    const outcomes = [...failures, ...(await sendMails(mails, container))]
    if (outcomes.length) {
      await container.resolve(PASSWORD_RESET_MODULE).deliveryRepository.recordDelivered(outcomes)
    }
    return new StepResponse({ delivered: mails.length })
  },
)

/**
 * Third verb: sends the mails of issued resets through the Notification Module, all in one call,
 * and writes down what became of each. What failed for a while is tried again, by the sweep.
 */
export const deliverPasswordResetsWorkflow = createWorkflow(
  "password-reset-deliver",
  (input: DeliverInput) => new WorkflowResponse(deliverPasswordResetsStep(input)),
)

type Written = { mails: OutgoingMail[]; failures: DeliveryOutcome[] }

async function writeMails(
  { tokens, informationalMails = [] }: DeliverInput,
  container: MedusaContainer,
): Promise<Written> {
  const resets = container.resolve(PASSWORD_RESET_MODULE)
  const issued = tokens.flatMap(({ token, metadata }) => {
    const claims = decodeResetToken(token)
    const locale = resets.pickLocale([metadata.locale])
    return claims ? [{ claims, token, metadata, locale }] : []
  })
  const deliverable = await resets.deliveryRepository.pickUp(
    issued,
    informationalMails.map(({ id }) => id),
  )
  const written: Written = { mails: [], failures: [] }
  if (!deliverable.length) {
    return written
  }
  const byHash = new Map(issued.map((one) => [one.claims.token_hash, one]))
  const byId = new Map(
    informationalMails.map((informationalMail) => [informationalMail.id, informationalMail]),
  )
  const compose = await mailComposer(container)
  for (const reset of deliverable) {
    const { id, attempts: attempt, entity_id: to } = reset
    try {
      const carried = reset.token_hash ? byHash.get(reset.token_hash) : undefined
      const mail = carried
        ? linkMail(reset, carried, resets.options)
        : informationalMailOf(reset, byId.get(id)!, resets.options)
      if (!mail) {
        written.failures.push(hasFailed({ id, attempt, to }, noPageFor(reset.actor_type), true))
        continue
      }
      const locale = reset.locale ?? resets.pickLocale([])
      const notification = {
        to,
        ...(await compose(mail, locale)),
        trigger_type: AuthWorkflowEvents.PASSWORD_RESET,
        resource_type: "password_reset",
        resource_id: id,
        receiver_id: reset.actor_id,
        idempotency_key: attemptKey(id, attempt),
      }
      written.mails.push({ id, attempt, notification })
    } catch (error) {
      // A mail that can't be written fails alone.
      written.failures.push(hasFailed({ id, attempt, to }, error))
    }
  }
  return written
}

/** The mail with the link; undefined where the link would lead nowhere. */
function linkMail(
  { actor_type, entity_id, expires_at }: DeliverableReset,
  { token, metadata }: IssuedToken,
  { allowedRedirectUrls, resetUrl }: PasswordResetOptions,
): Mail | undefined {
  // Where the request wants the link to lead is looked at again: events may come from elsewhere, and
  // a customer may have turned out to be a user.
  const page =
    allowedRedirectUrl(metadata.redirect_url, allowedRedirectUrls[actor_type]) ??
    resetUrl[actor_type]
  return page === undefined
    ? undefined
    : {
        kind: "reset",
        address: entity_id,
        link: buildResetLink(page, { token, email: entity_id }),
        lifetime: (new Date(expires_at!).getTime() - Date.now()) / 1000,
      }
}

function informationalMailOf(
  { actor_type, entity_id: address }: DeliverableReset,
  { kind, providers }: InformationalMail,
  { email: { pages } }: PasswordResetOptions,
): Mail {
  switch (kind) {
    case "otherSignIn":
      return { kind, address, providers, link: pages.signIn[actor_type] }
    case "register":
      return { kind, address, link: pages.register[actor_type] }
    case "noAccount":
      return { kind, address }
  }
}
