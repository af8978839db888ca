/** Begins the reasons of failures after which the mail may be out. */
const UNCONFIRMED = "The mail server got the email, but did not confirm it"

/**
 * The message that the SMTP provider throws when a connection breaks between the mail's last line and the server's
 * answer (RFC 5321, 4.5.3.2.6).
 */
export function unconfirmed(error: Error): string {
  return `${UNCONFIRMED}: ${error.message}`
}

/** Whether a mail may be out although its provider threw: its reason is one of `unconfirmed`. */
export function isUnconfirmed(reason: string): boolean {
  return reason.startsWith(UNCONFIRMED)
}

/** Begins the reasons of failures that another attempt can't mend. */
const PERMANENTLY_REFUSED = "The recipient was permanently refused"

/**
 * The message that the SMTP provider throws when the server permanently refuses a recipient (RFC 5321,
 * 4.2.1: 5yz). Medusa's Notification Module passes on nothing but the message of an error.
 */
export function refusalOfRecipient(error: Error): string {
  return `${PERMANENTLY_REFUSED}: ${error.message}`
}

/** Whether a failed mail would fail again: its reason is one of `refusalOfRecipient`. */
export function isRefusalOfRecipient(reason: string): boolean {
  return reason.startsWith(PERMANENTLY_REFUSED)
}
