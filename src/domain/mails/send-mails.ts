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

/** A mail to send: one attempt for one row. */
export type OutgoingMail = { id: string; attempt: number; notification: CreateNotificationDTO }

/** The idempotency key of an attempt in Medusa's Notification Module. */
export function attemptKey(id: string, attempt: number): string {
  return `${id}:${attempt}`
}

/** The outcome of an attempt whose mail was sent. */
export function wasSent({ id, attempt }: { id: string; attempt: number }): DeliveryOutcome {
  return { id, attempt, sent: true, is_permanent: false, failure_reason: null }
}

type Sender = {
  notifications: INotificationModuleService
  /** Removes the links from stored notifications, found by their idempotency keys. */
  forgetLinks(keys: string[]): Promise<void>
}

/**
 * Sends mails through the Notification Module in one call. A mail that fails does not stop the others.
 *
 * @returns one outcome for each mail, in their order
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
    return await outcomesFromRecords(
      mails,
      notifications,
      withoutStatement((error as Error).message),
    )
  } finally {
    const withLinks = mails.filter(({ notification }) => notification.data)
    await forgetLinks(withLinks.map(({ id, attempt }) => attemptKey(id, attempt)))
  }
}

/**
 * How long a provider may take for the mails of a call: less than `DELIVERY_LEASE_SECONDS`, more than the plugin's
 * own SMTP provider needs.
 */
const PROVIDER_TIMEOUT_MS = 90_000

/**
 * Finds attempts that Medusa records as sent. Their rows may not say so, if the process ended in between.
 *
 * @param keys from `attemptKey`
 */
export async function findSent(
  keys: string[],
  notifications: INotificationModuleService,
): Promise<Set<string>> {
  const records = keys.length ? await recordsOf(keys, notifications) : new Map()
  return new Set(keys.filter((key) => records.get(key)?.status === "success"))
}

/** A record of the Notification Module. Its declared type lacks these two columns. */
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

/** Reads the outcome of each mail from Medusa's records: the call throws one error for all its mails. */
async function outcomesFromRecords(
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
