import { supportLine, to, type Writer } from "../writing"

/** To an address that nobody has here. */
export const noAccount: Writer<"noAccount"> = (mail, voice) => {
  const { words, shared, say } = voice
  const why = say(words.why)
  return {
    subject: say(words.subject),
    preheader: why,
    heading: say(words.heading),
    paragraphs: [say(shared.asked, to(mail)), why],
    notes: [say(shared.ignore), ...supportLine(voice)],
  }
}
