import type { DeliveryOutcome } from "../database/outbox"
import { isRefusalOfRecipient, isUnconfirmed } from "./refusal"

/** What became of an attempt to send a mail, as far as its provider says. */
export type MailFate =
  /** The provider has it. */
  | { fate: "taken" }
  /** The provider does not have it. */
  | { fate: "refused"; reason: string; isPermanent?: boolean }
  /** It may be out. `isSilent`: the provider ended without error, but without saying so. */
  | { fate: "unknown"; reason: string; isSilent: boolean }

/** What it means that a provider ends without error and without an id; by default that depends on the provider. */
export type SilenceOption = { silence?: "sent" | "unknown" }

/** What it means that a provider throws. */
export function fateOfFailure(reason: string): MailFate {
  return isUnconfirmed(reason)
    ? { fate: "unknown", reason, isSilent: false }
    : { fate: "refused", reason }
}

/**
 * An attempt with what became of it, as the outbox keeps it.
 *
 * @param to the recipient, which is removed from the reason
 */
export function outcomeOf(
  { id, attempt }: { id: string; attempt: number },
  to: string,
  fate: MailFate,
): DeliveryOutcome {
  return {
    id,
    attempt,
    fate: fate.fate,
    failure_reason: fate.fate === "taken" ? null : withoutSecrets(fate.reason, to),
    is_permanent:
      fate.fate === "refused" && (fate.isPermanent ?? isRefusalOfRecipient(fate.reason)),
    is_silent: fate.fate === "unknown" && fate.isSilent,
  }
}

/**
 * The outcome of an attempt whose mail could not be sent.
 *
 * @param to the recipient, which is removed from the reason
 * @param isPermanent whether another attempt would fail as well; read from the error by default
 */
export function hasFailed(
  { id, attempt, to }: { id: string; attempt: number; to: string },
  error: unknown,
  isPermanent?: boolean,
): DeliveryOutcome {
  const reason = String((error as Error | undefined)?.message ?? error)
  return outcomeOf({ id, attempt }, to, { fate: "refused", reason, isPermanent })
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
    .replace(/[a-z][a-z0-9+.-]*:\/\/\S+/gi, "<link>")
    .replace(ADDRESS, "<address>")
    .replaceAll("<<address>>", "<address>")
    .replace(/\p{Cc}+/gu, " ")
    .slice(0, MAX_REASON_CHARACTERS)
    .replace(/\p{Cs}/gu, "")
}
