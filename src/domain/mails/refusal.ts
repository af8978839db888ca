/** How the reasons begin for which another attempt would be refused as well. */
const REFUSED = "The recipient is refused for good"

/** What the provider throws where the server does not take mail for an address (RFC 5321, 4.2.1: 5yz). */
export function refusalOfRecipient(error: Error): string {
  return `${REFUSED}: ${error.message}`
}

export function isRefusalOfRecipient(reason: string): boolean {
  return reason.startsWith(REFUSED)
}
