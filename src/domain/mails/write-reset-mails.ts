import { AuthWorkflowEvents } from "@medusajs/framework/utils"
import type { DeliveryOutcome } from "../database/outbox"
import type {
  DeliverableReset,
  InformationalMail,
  IssuedToken,
} from "../resets/delivery-repository"
import { noPageFor } from "../resets/decide"
import type { EmittedToken } from "../resets/delivery-repository"
import { allowedRedirectUrl } from "../tokens/redirect-url"
import { buildResetLink } from "../tokens/reset-link"
import { composeMail, type MailSettings } from "./compose-mail"
import { hasFailed } from "./mail-fate"
import { attemptKey, type OutgoingMail } from "./send-mails"
import type { Mail } from "./types"

/** The tokens and the informational mails to send. Each belongs to one of the resets. */
type Subjects = {
  issued: (EmittedToken & IssuedToken)[]
  informationalMails: InformationalMail[]
}

/** The pages that links open, and how the store writes its mails. */
type Settings = {
  resetUrl: Record<string, string>
  allowedRedirectUrls: Record<string, string[]>
  email: MailSettings & {
    pages: { signIn: Record<string, string>; register: Record<string, string> }
  }
  storeName: string
  /** The language if the customer's is unknown, as a BCP 47 tag. */
  storeLocale: string
}

type WrittenMails = { mails: OutgoingMail[]; failures: DeliveryOutcome[] }

/**
 * Writes the mail of each reset. A mail that can't be written does not stop the others.
 *
 * @returns the mails to send, and an outcome for each reset that failed
 */
export async function writeResetMails(
  resets: DeliverableReset[],
  { issued, informationalMails }: Subjects,
  settings: Settings,
): Promise<WrittenMails> {
  const written: WrittenMails = { mails: [], failures: [] }
  const byHash = new Map(issued.map((token) => [token.claims.token_hash, token]))
  const byId = new Map(informationalMails.map((mail) => [mail.id, mail]))
  const { email, storeName, storeLocale } = settings
  for (const reset of resets) {
    const { id, attempts: attempt, entity_id: to } = reset
    const locale = reset.locale ?? storeLocale
    try {
      const token = reset.token_hash ? byHash.get(reset.token_hash) : undefined
      const mail = token
        ? linkMail(reset, token, locale, settings)
        : informationalMailOf(reset, byId.get(id)!, settings)
      if (!mail) {
        written.failures.push(hasFailed({ id, attempt, to }, noPageFor(reset.actor_type), true))
        continue
      }
      const notification = {
        to,
        ...(await composeMail(mail, locale, storeName, email)),
        trigger_type: AuthWorkflowEvents.PASSWORD_RESET,
        resource_type: "password_reset",
        resource_id: id,
        receiver_id: reset.actor_id,
        idempotency_key: attemptKey(id, attempt),
      }
      written.mails.push({ id, attempt, notification })
    } catch (error) {
      written.failures.push(hasFailed({ id, attempt, to }, error))
    }
  }
  return written
}

/**
 * The mail with the link. It checks the requested page again: the event may come from another emitter, and an
 * account with a user gets the user's link even if the request was for a customer.
 *
 * @returns undefined if the actor type has no page
 */
function linkMail(
  { actor_type, entity_id, expires_at }: DeliverableReset,
  { token, metadata }: IssuedToken,
  locale: string,
  { allowedRedirectUrls, resetUrl }: Settings,
): Mail | undefined {
  const page =
    allowedRedirectUrl(metadata.redirect_url, allowedRedirectUrls[actor_type]) ??
    resetUrl[actor_type]
  return page === undefined
    ? undefined
    : {
        kind: "reset",
        address: entity_id,
        link: buildResetLink(page, { token, email: entity_id, locale }),
        lifetime: Math.floor((new Date(expires_at!).getTime() - Date.now()) / 1000),
      }
}

function informationalMailOf(
  { actor_type, entity_id: address }: DeliverableReset,
  { kind, providers }: InformationalMail,
  { email: { pages } }: Settings,
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
