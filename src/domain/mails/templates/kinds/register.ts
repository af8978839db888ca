import { addressOf, supportLine, type Writer } from "../translator"

/** Tells a guest who has ordered without an account how to register. */
export const register: Writer<"register"> = (mail, translator) => {
  const { words, shared, fill } = translator
  const why = fill(words.why)
  return {
    subject: fill(words.subject),
    preheader: why,
    heading: fill(words.heading),
    paragraphs: [fill(shared.asked, addressOf(mail)), why, fill(words.how)],
    button: mail.link ? { label: fill(words.button), href: mail.link } : undefined,
    notes: [fill(shared.ignore), ...supportLine(translator)],
  }
}
