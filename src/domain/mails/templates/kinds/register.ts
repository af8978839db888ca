import { supportLine, to, type Writer } from "../translator"

/** To somebody who has been here as a guest only. */
export const register: Writer<"register"> = (mail, translator) => {
  const { words, shared, fill } = translator
  const why = fill(words.why)
  return {
    subject: fill(words.subject),
    preheader: why,
    heading: fill(words.heading),
    paragraphs: [fill(shared.asked, to(mail)), why, fill(words.how)],
    button: mail.link ? { label: fill(words.button), href: mail.link } : undefined,
    notes: [fill(shared.ignore), ...supportLine(translator)],
  }
}
