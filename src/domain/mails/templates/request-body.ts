import type { MailBody } from "./mail-body"
import type { Phrase } from "./phrase"
import { addressOf, supportLine, type Translator } from "./translator"
import type { MailKind } from "../types"

/**
 * The content that all mails in response to a request have in common. They name the requested address and say
 * that the mail can be ignored.
 *
 * @param message what the reader must know; an inbox shows it as a preview as well
 */
export function requestBody(
  mail: { address: string },
  translator: Translator<MailKind>,
  message: Phrase,
): MailBody {
  const { words, shared, fill } = translator
  return {
    subject: fill(words.subject),
    preheader: message,
    heading: fill(words.heading),
    paragraphs: [fill(shared.asked, addressOf(mail)), message],
    notes: [fill(shared.ignore), ...supportLine(translator)],
  }
}
