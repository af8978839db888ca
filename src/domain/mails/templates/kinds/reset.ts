import { supportLine, to, type Writer } from "../translator"

/** The mail that carries the link. */
export const reset: Writer<"reset"> = (mail, translator) => {
  const { words, shared, fill, duration } = translator
  const expiry = fill(words.expiry, { duration: duration(mail.lifetime) })
  return {
    subject: fill(words.subject),
    preheader: expiry,
    heading: fill(words.heading),
    paragraphs: [fill(shared.asked, to(mail)), expiry],
    button: { label: fill(words.button), href: mail.link },
    notes: [fill(shared.ignore), fill(words.secret), ...supportLine(translator)],
  }
}
