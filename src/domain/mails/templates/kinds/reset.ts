import { supportLine, to, type Writer } from "../writing"

/** The mail that carries the link. */
export const reset: Writer<"reset"> = (mail, voice) => {
  const { words, shared, say, duration } = voice
  const expiry = say(words.expiry, { duration: duration(mail.lifetime) })
  return {
    subject: say(words.subject),
    preheader: expiry,
    heading: say(words.heading),
    paragraphs: [say(shared.asked, to(mail)), expiry],
    button: { label: say(words.button), href: mail.link },
    notes: [say(shared.ignore), say(words.secret), ...supportLine(voice)],
  }
}
