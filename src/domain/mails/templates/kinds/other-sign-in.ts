import { requestBody } from "../request-body"
import type { Writer } from "../translator"

/** Tells the owner of an account without a password which service it signs in with. */
export const otherSignIn: Writer<"otherSignIn"> = (mail, translator) => {
  const { words, fill, list } = translator
  const names = mail.providers.map(providerName).filter(Boolean)
  const providers = names.length ? list(names) : fill(words.anotherService)
  return {
    ...requestBody(mail, translator, fill(words.how, { providers })),
    button: mail.link ? { label: fill(words.button), href: mail.link } : undefined,
  }
}

/** Names that are not just their provider's id with a capital letter. */
const PROVIDER_NAMES = new Map([
  ["github", "GitHub"],
  ["gitlab", "GitLab"],
  ["linkedin", "LinkedIn"],
  ["paypal", "PayPal"],
])

/** The name of a provider that people know: "google" becomes "Google". */
function providerName(id: string): string {
  return PROVIDER_NAMES.get(id.toLowerCase()) ?? id.charAt(0).toUpperCase() + id.slice(1)
}
