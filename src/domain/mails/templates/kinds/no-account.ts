import { supportLine, to, type Writer } from "../translator"

/** To an address that nobody has here. */
export const noAccount: Writer<"noAccount"> = (mail, translator) => {
  const { words, shared, fill } = translator
  const why = fill(words.why)
  return {
    subject: fill(words.subject),
    preheader: why,
    heading: fill(words.heading),
    paragraphs: [fill(shared.asked, to(mail)), why],
    notes: [fill(shared.ignore), ...supportLine(translator)],
  }
}
