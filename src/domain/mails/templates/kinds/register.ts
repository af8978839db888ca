import { requestBody } from "../request-body"
import type { Writer } from "../translator"

/** Tells a guest who has ordered without an account how to register. */
export const register: Writer<"register"> = (mail, translator) => {
  const { words, fill } = translator
  const body = requestBody(mail, translator, fill(words.why))
  return {
    ...body,
    paragraphs: [...body.paragraphs, fill(words.how)],
    button: mail.link ? { label: fill(words.button), href: mail.link } : undefined,
  }
}
