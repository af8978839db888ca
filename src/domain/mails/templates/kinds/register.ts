import { supportLine, to, type Writer } from "../writing"

/** To somebody who has been here as a guest only. */
export const register: Writer<"register"> = (mail, voice) => {
  const { words, shared, say } = voice
  const why = say(words.why)
  return {
    subject: say(words.subject),
    preheader: why,
    heading: say(words.heading),
    paragraphs: [say(shared.asked, to(mail)), why, say(words.how)],
    button: mail.link ? { label: say(words.button), href: mail.link } : undefined,
    notes: [say(shared.ignore), ...supportLine(voice)],
  }
}
