import type {
  CreateNotificationDTO,
  FilterableNotificationProps,
  INotificationModuleService,
  NotificationDTO,
} from "@medusajs/framework/types"
import { withoutStatement } from "../database/sql"
import type { DeliveryOutcome } from "../database/outbox"
import { withDeadline } from "../timing/deadline"
import { hasFailed, reasonFor } from "./failure-reason"

/** A mail that is to go out: one attempt at one row. */
export type OutgoingMail = { id: string; attempt: number; notification: CreateNotificationDTO }

/** What the Notification Module knows an attempt by. */
export function attemptKey(id: string, attempt: number): string {
  return `${id}:${attempt}`
}

export function wasSent({ id, attempt }: { id: string; attempt: number }): DeliveryOutcome {
  return { id, attempt, sent: true, is_permanent: false, failure_reason: null }
}

/** What mails are sent with. */
type Sender = {
  notifications: INotificationModuleService
  /** Cuts links out of stored notifications, by their idempotency keys. */
  forgetLinks(keys: string[]): Promise<void>
}

/**
 * Sends mails through the Notification Module, all in one call, and says what became of each. One
 * that fails fails alone: the others have been sent.
 */
export async function sendMails(
  mails: readonly OutgoingMail[],
  { notifications, forgetLinks }: Sender,
): Promise<DeliveryOutcome[]> {
  if (!mails.length) {
    return []
  }
  try {
    const sent = notifications.createNotifications(mails.map(({ notification }) => notification))
    await withDeadline(sent, PROVIDER_TIMEOUT_MS, "the notification provider")
    return mails.map(wasSent)
  } catch (error) {
    return await tellApart(mails, notifications, withoutStatement((error as Error).message))
  } finally {
    const withLinks = mails.filter(({ notification }) => notification.data)
    await forgetLinks(withLinks.map(({ id, attempt }) => attemptKey(id, attempt)))
  }
}

/**
 * How long a provider may take for the mails of a call, in milliseconds: shorter than `DELIVERY_LEASE`,
 * longer than this plugin's own takes.
 */
const PROVIDER_TIMEOUT_MS = 90_000

/** Which of the attempts the module's records say are sent, although nobody wrote it down here. */
export async function findSent(
  keys: string[],
  notifications: INotificationModuleService,
): Promise<Set<string>> {
  const records = keys.length ? await recordsOf(keys, notifications) : new Map()
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
