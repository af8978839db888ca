import type { DeliveryOutcome } from "../database/outbox"
import type { ClaimedNotice } from "../passwords/notice-repository"
import { PASSWORD_CHANGED } from "../events/names"
import { composeMail, type MailSettings } from "./compose-mail"
import { hasFailed } from "./mail-fate"
import { attemptKey, type OutgoingMail } from "./send-mails"

type Settings = {
  email: MailSettings & { pages: { forgotPassword: Record<string, string> } }
  storeName: string
  /** The language if the customer's is unknown, as a BCP 47 tag. */
  storeLocale: string
}

/**
 * Writes the mail "your password was changed" for each notice. A mail that can't be written does not stop the
 * others.
 *
 * @returns the mails to send, and an outcome for each notice that failed
 */
export async function writeNoticeMails(
  notices: ClaimedNotice[],
  { email, storeName, storeLocale }: Settings,
): Promise<{ mails: OutgoingMail[]; failures: DeliveryOutcome[] }> {
  const mails: OutgoingMail[] = []
  const failures: DeliveryOutcome[] = []
  for (const notice of notices) {
    const { id, attempts: attempt, entity_id: address, actor_type, actor_id } = notice
    const mail = {
      kind: "passwordChanged" as const,
      address,
      at: new Date(notice.created_at),
      reason: notice.reason,
      browser: notice.browser ?? undefined,
      ip: notice.ip ?? undefined,
      link: email.pages.forgotPassword[actor_type],
    }
    try {
      const notification = {
        to: address,
        ...(await composeMail(mail, notice.locale ?? storeLocale, storeName, email)),
        trigger_type: PASSWORD_CHANGED,
        resource_type: "password_notice",
        resource_id: id,
        receiver_id: actor_id,
        idempotency_key: attemptKey(id, attempt),
      }
      mails.push({ id, attempt, notification })
    } catch (error) {
      failures.push(hasFailed({ id, attempt, to: address }, error))
    }
  }
  return { mails, failures }
}
