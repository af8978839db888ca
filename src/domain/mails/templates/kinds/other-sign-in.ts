import { supportLine, to, type Writer } from "../writing"

/** To somebody whose account has no password, since it signs in with another service. */
export const otherSignIn: Writer<"otherSignIn"> = (mail, voice) => {
  const { words, shared, say, list } = voice
  const names = mail.providers.map(providerName).filter(Boolean)
  const providers = names.length ? list(names) : say(words.anotherService)
  const how = say(words.how, { providers })
  return {
    subject: say(words.subject),
    preheader: how,
    heading: say(words.heading),
    paragraphs: [say(shared.asked, to(mail)), how],
    button: mail.link ? { label: say(words.button), href: mail.link } : undefined,
    notes: [say(shared.ignore), ...supportLine(voice)],
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
