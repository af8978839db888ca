import type {
  CreateNotificationDTO,
  FilterableNotificationProps,
  INotificationModuleService,
  MedusaContainer,
  NotificationDTO,
} from "@medusajs/framework/types"
import { AuthWorkflowEvents, MedusaError, Modules } from "@medusajs/framework/utils"
import {
  createStep,
  createWorkflow,
  StepResponse,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import { resetPasswordMail } from "../emails/reset-password"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import type { PasswordResetOptions } from "../modules/password-reset/options"
import type {
  DeliverableReset,
  DeliveryOutcome,
  IssuedToken,
} from "../modules/password-reset/types"
import { allowedRedirectUrl } from "../security/redirect-url"
import { buildResetLink } from "../security/reset-link"
import { decodeResetToken } from "../security/reset-token"
import { noPageFor } from "./issue-password-resets"
import { storeNameOf } from "./store-name"

type Mail = { reset: DeliverableReset; notification: CreateNotificationDTO }

const deliverPasswordResetsStep = createStep(
  "deliver-password-resets",
  async ({ tokens }: { tokens: IssuedToken[] }, { container }) => {
    const { mails, failures } = await renderMails(tokens, container)
    const outcomes = [...failures, ...(await send(mails, container))]
    if (outcomes.length) {
      await container.resolve(PASSWORD_RESET_MODULE).ledger.recordDelivered(outcomes)
    }
    return new StepResponse({ delivered: mails.length })
  },
)

/**
 * Third verb: sends the mails of issued resets through the Notification Module, all in one call,
 * and writes down what became of each.
 */
export const deliverPasswordResetsWorkflow = createWorkflow(
  "deliver-password-resets",
  (input: { tokens: IssuedToken[] }) => new WorkflowResponse(deliverPasswordResetsStep(input)),
)

type Rendered = { mails: Mail[]; failures: DeliveryOutcome[] }

async function renderMails(tokens: IssuedToken[], container: MedusaContainer): Promise<Rendered> {
  const resets = container.resolve(PASSWORD_RESET_MODULE)
  const byHash = new Map(
    tokens.flatMap((issued) => {
      const claims = decodeResetToken(issued.token)
      return claims ? [[claims.token_hash, { claims, issued }] as const] : []
    }),
  )
  const deliverable = await resets.ledger.findDeliverable(
    [...byHash.values()].map(({ claims }) => claims),
  )
  const storeName = deliverable.length ? await storeNameOf(container) : ""
  const rendered: Rendered = { mails: [], failures: [] }
  for (const reset of deliverable) {
    const { token, metadata } = byHash.get(reset.token_hash)!.issued
    try {
      const page = pageFor(reset, metadata, resets.options)
      if (!page) {
        throw new MedusaError(MedusaError.Types.NOT_FOUND, noPageFor(reset.actor_type))
      }
      const link = buildResetLink(page, { token, email: reset.entity_id })
      const notification = renderMail(reset, link, storeName, resets.options)
      rendered.mails.push({ reset, notification })
    } catch (error) {
      // A mail that can't be written fails alone.
      const failure_reason = (error as Error).message
      rendered.failures.push({ id: reset.id, status: "failed", failure_reason })
    }
  }
  return rendered
}

/**
 * The page that the link leads to. Where the request wants it is looked at again: events may come
 * from elsewhere, and a customer may have turned out to be a user.
 */
function pageFor(
  { actor_type }: DeliverableReset,
  { redirect_url }: Record<string, unknown>,
  { allowedRedirectUrls, resetUrl }: PasswordResetOptions,
): string | undefined {
  return allowedRedirectUrl(redirect_url, allowedRedirectUrls[actor_type]) ?? resetUrl[actor_type]
}

/** The link stands in `content` only, which is handed to the provider and stored nowhere. */
function renderMail(
  reset: DeliverableReset,
  link: string,
  storeName: string,
  { email }: PasswordResetOptions,
): CreateNotificationDTO {
  const address = reset.entity_id
  return {
    to: address,
    channel: email.channel,
    template: "password-reset",
    content: resetPasswordMail({
      storeName,
      address,
      link,
      lifetime: (new Date(reset.expires_at).getTime() - Date.now()) / 1000,
    }),
    trigger_type: AuthWorkflowEvents.PASSWORD_RESET,
    resource_type: "password_reset",
    resource_id: reset.id,
    idempotency_key: `${reset.id}:${reset.attempts}`,
  }
}

/** One call for all mails. One that fails fails alone: the others have been sent. */
async function send(mails: Mail[], container: MedusaContainer): Promise<DeliveryOutcome[]> {
  if (!mails.length) {
    return []
  }
  const notifications = container.resolve(Modules.NOTIFICATION)
  try {
    await notifications.createNotifications(mails.map(({ notification }) => notification))
    return mails.map(({ reset }) => ({ id: reset.id, status: "sent" }))
  } catch (error) {
    return tellApart(mails, notifications, (error as Error).message)
  }
}

/** What the module records of a mail besides its declared type. */
type NotificationRecord = NotificationDTO & { idempotency_key: string; status: string }

/** Which mails of a call failed, and why: the module's records know, its one error does not. */
async function tellApart(
  mails: Mail[],
  notifications: INotificationModuleService,
  message: string,
): Promise<DeliveryOutcome[]> {
  const keys = mails.map(({ notification }) => notification.idempotency_key)
  const records = (await notifications.listNotifications({
    idempotency_key: keys,
  } as FilterableNotificationProps)) as NotificationRecord[]
  const byKey = new Map(records.map((record) => [record.idempotency_key, record]))
  return mails.map(({ reset, notification }) => {
    const record = byKey.get(notification.idempotency_key as string)
    return record?.status === "success"
      ? { id: reset.id, status: "sent" }
      : { id: reset.id, status: "failed", failure_reason: reasonFor(record?.id, message) }
  })
}

/** The part of the module's message, one for all mails of a call, that is about one of them. */
function reasonFor(id: string | undefined, message: string): string {
  const parts = message.split(
    /(?=Failed to send notification with id |Could not find a notification provider |Notification provider )/,
  )
  const own = parts.find((part) => id && part.includes(id)) ?? message
  return own
    .replace(/^Failed to send notification with id \S+:\s*/, "")
    .replace(/ for notification id \S+/, "")
    .trim()
}
