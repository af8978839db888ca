import { requestBody } from "../request-body"
import { supportLine, type Writer } from "../translator"

/** Carries the link that sets a new password. */
export const reset: Writer<"reset"> = (mail, translator) => {
  const { words, shared, fill, duration } = translator
  return {
    ...requestBody(mail, translator, fill(words.expiry, { duration: duration(mail.lifetime) })),
    button: { label: fill(words.button), href: mail.link },
    notes: [fill(shared.ignore), fill(words.secret), ...supportLine(translator)],
  }
}
