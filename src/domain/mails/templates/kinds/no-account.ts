import { requestBody } from "../request-body"
import type { Writer } from "../translator"

/** Tells the owner of an address that no account has it. */
export const noAccount: Writer<"noAccount"> = (mail, translator) => {
  const { words, fill } = translator
  return requestBody(mail, translator, fill(words.why))
}
