import type { DeliveryOutcome } from "../database/outbox"
import { isRefusalOfRecipient } from "./refusal"

/**
 * What became of an attempt that failed.
 *
 * @param is_permanent whether another attempt would fail as well; by default, what the error says
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

/** The part of the module's message, one for all mails of a call, that is about one of them. */
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
