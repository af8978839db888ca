import { addressOf, supportLine, type Writer } from "../translator"

/** Tells the owner of an address that no account has it. */
export const noAccount: Writer<"noAccount"> = (mail, translator) => {
  const { words, shared, fill } = translator
  const why = fill(words.why)
  return {
    subject: fill(words.subject),
    preheader: why,
    heading: fill(words.heading),
    paragraphs: [fill(shared.asked, addressOf(mail)), why],
    notes: [fill(shared.ignore), ...supportLine(translator)],
  }
}
