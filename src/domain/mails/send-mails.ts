import type {
  CreateNotificationDTO,
  FilterableNotificationProps,
  INotificationModuleService,
  MedusaContainer,
  NotificationDTO,
} from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { withoutStatement } from "../database/sql"
import type { DeliveryOutcome } from "../database/outbox"
import { withDeadline } from "../timing/deadline"
import { isRefusalOfRecipient } from "../../providers/smtp/refusal"

/** A mail that is to go out: one attempt at one row. */
export type OutgoingMail = { id: string; attempt: number; notification: CreateNotificationDTO }

/** What the Notification Module knows an attempt by. */
export function attemptKey(id: string, attempt: number): string {
  return `${id}:${attempt}`
}

export function wasSent({ id, attempt }: { id: string; attempt: number }): DeliveryOutcome {
  return { id, attempt, sent: true, is_permanent: false, failure_reason: null }
}

export function hasFailed(
  { id, attempt, to }: { id: string; attempt: number; to: string },
  error: unknown,
  is_permanent?: boolean,
): DeliveryOutcome {
  const reason = String((error as Error | undefined)?.message ?? error)
  is_permanent ??= isRefusalOfRecipient(reason)
  return { id, attempt, sent: false, is_permanent, failure_reason: withoutSecrets(reason, to) }
}

/**
 * Sends mails through the Notification Module, all in one call, and says what became of each. One
 * that fails fails alone: the others have been sent.
 */
export async function sendMails(
  mails: readonly OutgoingMail[],
  container: MedusaContainer,
): Promise<DeliveryOutcome[]> {
  if (!mails.length) {
    return []
  }
  const notifications = container.resolve(Modules.NOTIFICATION)
  try {
    const sent = notifications.createNotifications(mails.map(({ notification }) => notification))
    await withDeadline(sent, PROVIDER_TIMEOUT_MS, "the notification provider")
    return mails.map(wasSent)
  } catch (error) {
    return await tellApart(mails, notifications, withoutStatement((error as Error).message))
  } finally {
    const withLinks = mails.filter(({ notification }) => notification.data)
    await container
      .resolve(PASSWORD_RESET_MODULE)
      .forgetLinks(withLinks.map(({ id, attempt }) => attemptKey(id, attempt)))
  }
}

/**
 * How long a provider may take for the mails of a call, in milliseconds: shorter than `DELIVERY_LEASE`,
 * longer than this plugin's own takes.
 */
const PROVIDER_TIMEOUT_MS = 90_000

/** Which of the attempts the module's records say are sent, although nobody wrote it down here. */
export async function findSent(keys: string[], container: MedusaContainer): Promise<Set<string>> {
  const records = keys.length
    ? await recordsOf(keys, container.resolve(Modules.NOTIFICATION))
    : new Map<string, NotificationRecord>()
  return new Set(keys.filter((key) => records.get(key)?.status === "success"))
}

/** What the module records of a mail besides its declared type. */
type NotificationRecord = NotificationDTO & { idempotency_key: string; status: string }

async function recordsOf(
  keys: (string | null | undefined)[],
  notifications: INotificationModuleService,
): Promise<Map<string, NotificationRecord>> {
  const records = (await notifications.listNotifications({
    idempotency_key: keys,
  } as FilterableNotificationProps)) as NotificationRecord[]
  return new Map(records.map((record) => [record.idempotency_key, record]))
}

/** Which mails of a call failed, and why: the module's records know, its one error does not. */
async function tellApart(
  mails: readonly OutgoingMail[],
  notifications: INotificationModuleService,
  message: string,
): Promise<DeliveryOutcome[]> {
  const keys = mails.map(({ notification }) => notification.idempotency_key)
  const records = await recordsOf(keys, notifications)
  return mails.map(({ id, attempt, notification }) => {
    const record = records.get(attemptKey(id, attempt))
    return record?.status === "success"
      ? wasSent({ id, attempt })
      : hasFailed({ id, attempt, to: notification.to }, reasonFor(record?.id, message))
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

/** The longest reason that is looked at, and that is kept, in characters. */
const [LOOKED_AT, KEPT] = [4000, 500]

const ADDRESS = /(?:"[^"]{0,64}"|[^\s<>"'(),:;[\]@]{1,200})(?:@|%40)[^\s<>"'(),:;[\]]+/gi

/**
 * Servers like to quote whom they refuse, and a function of the store what it got. A reason is read by
 * more people than an address, and a link is a secret. What is kept is text that the database takes.
 */
function withoutSecrets(reason: string, to: string): string {
  return reason
    .slice(0, LOOKED_AT)
    .replaceAll(to, "<address>")
    .replace(/https?:\/\/\S+/gi, "<link>")
    .replace(ADDRESS, "<address>")
    .replaceAll("<<address>>", "<address>")
    .replace(/\p{Cc}+/gu, " ")
    .slice(0, KEPT)
    .replace(/\p{Cs}/gu, "")
}
