import type { DeliveryOutcome } from "../database/outbox"
import { isRefusalOfRecipient } from "./refusal"

/**
 * The outcome of a failed attempt.
 *
 * @param to the recipient, which is removed from the reason
 * @param is_permanent whether another attempt would fail as well; read from the error by default
 */
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
 * Extracts the reason for one mail from the Notification Module's error, which joins the reasons of all
 * mails of a call.
 *
 * @param id of the notification; unknown if Medusa has no record of it
 * @returns the whole message if no part of it names the notification
 */
export function reasonFor(id: string | undefined, message: string): string {
  const parts = message.split(
    /(?=Failed to send notification with id |Could not find a notification provider |Notification provider )/,
  )
  const own = parts.find((part) => id && part.includes(id)) ?? message
  return own
    .replace(/^Failed to send notification with id \S+:\s*/, "")
    .replace(/ for notification id \S+/, "")
    .trim()
}

/** How much of an error is searched for secrets. Longer ones are cut first, since a search takes time. */
const MAX_SEARCHED_CHARACTERS = 4000
/** How much of a reason is stored. */
const MAX_REASON_CHARACTERS = 500

/** Finds an email address, also with a quoted local part or a URL-encoded `@`. */
const ADDRESS = /(?:"[^"]{0,64}"|[^\s<>"'(),:;[\]@]{1,200})(?:@|%40)[^\s<>"'(),:;[\]]+/gi

/**
 * Removes addresses and links from a reason. Mail servers quote the recipient, and a store's `render` may
 * quote the link. More people may read reasons than addresses, and a link is a secret.
 *
 * Also removes control characters and halves of surrogate pairs, which the database refuses.
 */
function withoutSecrets(reason: string, to: string): string {
  return reason
    .slice(0, MAX_SEARCHED_CHARACTERS)
    .replaceAll(to, "<address>")
    .replace(/https?:\/\/\S+/gi, "<link>")
    .replace(ADDRESS, "<address>")
    .replaceAll("<<address>>", "<address>")
    .replace(/\p{Cc}+/gu, " ")
    .slice(0, MAX_REASON_CHARACTERS)
    .replace(/\p{Cs}/gu, "")
}
