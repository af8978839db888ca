import { addressOf, supportLine, type Writer } from "../translator"

/** Carries the link that sets a new password. */
export const reset: Writer<"reset"> = (mail, translator) => {
  const { words, shared, fill, duration } = translator
  const expiry = fill(words.expiry, { duration: duration(mail.lifetime) })
  return {
    subject: fill(words.subject),
    preheader: expiry,
    heading: fill(words.heading),
    paragraphs: [fill(shared.asked, addressOf(mail)), expiry],
    button: { label: fill(words.button), href: mail.link },
    notes: [fill(shared.ignore), fill(words.secret), ...supportLine(translator)],
  }
}
