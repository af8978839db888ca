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
