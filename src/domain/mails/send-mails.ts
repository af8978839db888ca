import type {
  CreateNotificationDTO,
  FilterableNotificationProps,
  INotificationModuleService,
  NotificationDTO,
} from "@medusajs/framework/types"
import type { DeliveryOutcome } from "../database/outbox"
import { withoutStatement } from "../database/sql"
import { Batcher } from "../timing/batcher"
import { fateOfFailure, type MailFate, outcomeOf, reasonFor } from "./mail-fate"
import { providerReports } from "./provider-reports"

/** A mail to send: one attempt for one row. */
export type OutgoingMail = { id: string; attempt: number; notification: CreateNotificationDTO }

/** The idempotency key of an attempt in Medusa's Notification Module. */
export function attemptKey(id: string, attempt: number): string {
  return `${id}:${attempt}`
}

export type Sender = {
  notifications: INotificationModuleService
  /** Removes the links from stored notifications, found by their idempotency keys. */
  forgetLinks(keys: string[]): Promise<void>
  /** Writes down what became of mails. It is told of a mail again that ends after its deadline. */
  record(outcomes: DeliveryOutcome[]): Promise<void>
  /** Is told what fails besides. */
  onError(error: Error): void
  /** Whether a mail counts as taken whose provider ends without error and without an id. */
  silenceMeansTaken: boolean
}

/**
 * How long a provider may take for a mail: less than `DELIVERY_LEASE_SECONDS`, more than the plugin's own SMTP
 * provider needs.
 */
const PROVIDER_TIMEOUT_MS = 90_000
/** How long further mails wait for these. A provider that hangs holds nobody up for longer. */
const PATIENCE_MS = 10_000
/** How long an outcome waits for others, to be written down with them. */
const GATHER_MS = 20

/**
 * Sends mails through the Notification Module. Each outcome is written down soon after its own mail has ended,
 * whatever becomes of the others.
 *
 * @returns when all have ended; after ten seconds also while some are still under way
 */
export async function sendMails(mails: readonly OutgoingMail[], sender: Sender): Promise<void> {
  const settling = new Batcher<Settled>(
    { delayMs: GATHER_MS, concurrency: 1 },
    (settled) => writeDown(settled, sender),
    sender.onError,
  )
  const calls = callsOf(mails).map((call) =>
    sendTogether(call, sender, (settled) => settling.add(settled)).catch(sender.onError),
  )
  const all = Promise.all(calls).then(() => settling.drain(PATIENCE_MS))
  await orPatienceEnds(all)
}

/** A mail that has ended, or is past its deadline. */
type Settled = { mail: OutgoingMail; fate: MailFate }

/**
 * The Notification Module tells of the mails of a call when all of them have ended. So each mail is a call of its
 * own, unless the provider tells of each mail by itself: then they share one, which costs the database less.
 */
function callsOf(mails: readonly OutgoingMail[]): OutgoingMail[][] {
  const [first] = mails
  return first && providerReports.serve(first.notification.channel)
    ? [[...mails]]
    : mails.map((mail) => [mail])
}

async function sendTogether(
  mails: OutgoingMail[],
  { notifications, silenceMeansTaken }: Sender,
  tell: (settled: Settled) => void,
): Promise<void> {
  const open = new Map(mails.map((mail) => [attemptKey(mail.id, mail.attempt), mail]))
  const settle = (key: string, fate: MailFate) => {
    const mail = open.get(key)
    if (mail && open.delete(key)) {
      tell({ mail, fate })
    }
  }
  const stopListening = providerReports.listen([...open.keys()], settle)
  const deadline = setTimeout(() => {
    for (const mail of open.values()) {
      tell({ mail, fate: LATE })
    }
  }, PROVIDER_TIMEOUT_MS)
  let message = "the Notification Module has no record of it"
  try {
    await notifications.createNotifications(mails.map(({ notification }) => notification))
  } catch (error) {
    message = withoutStatement((error as Error).message)
  }
  try {
    const records = open.size ? await recordsOf([...open.keys()], notifications) : new Map()
    for (const key of [...open.keys()]) {
      settle(key, fateOf(records.get(key), message, silenceMeansTaken))
    }
  } finally {
    clearTimeout(deadline)
    stopListening()
  }
}

const LATE: MailFate = {
  fate: "unknown",
  reason: `the notification provider did not answer within ${PROVIDER_TIMEOUT_MS / 1000} s`,
  isSilent: false,
}

/** A record of the Notification Module. Its declared type lacks these two columns. */
type NotificationRecord = NotificationDTO & { idempotency_key: string; status: string }

/**
 * Reads a mail's fate from Medusa's record.
 *
 * @param message of the call's error, which joins those of all its mails
 */
function fateOf(
  record: NotificationRecord | undefined,
  message: string,
  silenceMeansTaken: boolean,
): MailFate {
  switch (record?.status) {
    case "success":
      return record.external_id || silenceMeansTaken ? TAKEN : silent(record, "no id")
    case "pending": // The provider ended with something that Medusa can't read an id from.
      return silenceMeansTaken ? TAKEN : silent(record, "no answer that Medusa can read")
    default:
      return fateOfFailure(reasonFor(record?.id, message))
  }
}

const TAKEN: MailFate = { fate: "taken" }

function silent({ provider_id }: NotificationRecord, what: string): MailFate {
  return {
    fate: "unknown",
    reason: `the notification provider "${provider_id}" gave ${what}`,
    isSilent: true,
  }
}

async function writeDown(settled: Settled[], { forgetLinks, record }: Sender): Promise<void> {
  const keys = settled
    .filter(({ mail }) => mail.notification.data)
    .map(({ mail: { id, attempt } }) => attemptKey(id, attempt))
  try {
    await record(settled.map(({ mail, fate }) => outcomeOf(mail, mail.notification.to, fate)))
  } finally {
    await forgetLinks(keys)
  }
}

/** Waits for work, but no longer than others may have to wait for it. */
async function orPatienceEnds(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const end = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS)
  })
  await Promise.race([work, end])
  clearTimeout(timer)
}

/**
 * What Medusa's records say of attempts that have ended, as its own process may not have written down.
 *
 * @param keys from `attemptKey`
 */
export async function findFates(
  keys: string[],
  { notifications, silenceMeansTaken }: Pick<Sender, "notifications" | "silenceMeansTaken">,
): Promise<Map<string, MailFate>> {
  const records = keys.length ? await recordsOf(keys, notifications) : new Map()
  return new Map(
    [...records]
      .filter(([, { status }]) => status === "success")
      .map(([key, record]) => [key, fateOf(record, "", silenceMeansTaken)]),
  )
}

async function recordsOf(
  keys: string[],
  notifications: INotificationModuleService,
): Promise<Map<string, NotificationRecord>> {
  const records = (await notifications.listNotifications({
    idempotency_key: keys,
  } as FilterableNotificationProps)) as NotificationRecord[]
  return new Map(records.map((record) => [record.idempotency_key, record]))
}
