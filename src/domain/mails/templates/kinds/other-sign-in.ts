import { supportLine, to, type Writer } from "../translator"

/** To somebody whose account has no password, since it signs in with another service. */
export const otherSignIn: Writer<"otherSignIn"> = (mail, translator) => {
  const { words, shared, fill, list } = translator
  const names = mail.providers.map(providerName).filter(Boolean)
  const providers = names.length ? list(names) : fill(words.anotherService)
  const how = fill(words.how, { providers })
  return {
    subject: fill(words.subject),
    preheader: how,
    heading: fill(words.heading),
    paragraphs: [fill(shared.asked, to(mail)), how],
    button: mail.link ? { label: fill(words.button), href: mail.link } : undefined,
    notes: [fill(shared.ignore), ...supportLine(translator)],
  }
}

/** Names whose spelling an id does not tell. */
const NAMES = new Map([
  ["github", "GitHub"],
  ["gitlab", "GitLab"],
  ["linkedin", "LinkedIn"],
  ["paypal", "PayPal"],
])

/** A provider as people know it: "google" is Google. */
function providerName(id: string): string {
  return NAMES.get(id.toLowerCase()) ?? id.charAt(0).toUpperCase() + id.slice(1)
}
