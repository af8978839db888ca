import { layOut } from "./templates/layout"
import type { MailBody } from "./templates/mail-body"
import { noAccount } from "./templates/kinds/no-account"
import { otherSignIn } from "./templates/kinds/other-sign-in"
import { passwordChanged } from "./templates/kinds/password-changed"
import { register } from "./templates/kinds/register"
import { reset } from "./templates/kinds/reset"
import { name, oneLine } from "./templates/phrase"
import { canonicalTag, directionOf } from "./languages/tags"
import { textPart } from "./templates/text-part"
import type { Mail, MailContent, MailKind, MailLook } from "./types"
import { type Translator, translatorFor, type Writer } from "./templates/translator"
import { hasWords } from "./languages/words"

const WRITERS: { [K in MailKind]: Writer<K> } = {
  reset,
  otherSignIn,
  register,
  noAccount,
  passwordChanged,
}

/** The longest subject. A longer one is cut and ends with an ellipsis. */
const MAX_SUBJECT_CHARACTERS = 200

/**
 * Renders a mail by the plugin's own templates, in the requested language, or in English if there are no
 * words in it.
 *
 * @returns subject in one line, an HTML document, and the same as plain text
 */
export function renderMail(mail: Mail, look: MailLook): MailContent {
  const tag = canonicalTag(look.locale)
  const locale = tag && hasWords(tag, look.locales) ? tag : "en"
  const translator: Translator<MailKind> = translatorFor(mail.kind, { ...look, locale })
  const write = WRITERS[mail.kind] as (mail: Mail, translator: Translator<MailKind>) => MailBody
  const body = write(mail, translator)
  const { logo, color } = look.branding
  const storeName = name(look.storeName)
  return {
    subject: clip(oneLine(body.subject.text), MAX_SUBJECT_CHARACTERS),
    html: layOut(body, {
      locale,
      direction: directionOf(locale),
      storeName,
      logo: logo && { ...logo, alt: oneLine(logo.alt ?? "") || storeName.text },
      color,
      linkHint: translator.fill(translator.shared.linkHint),
      footer: translator.fill(translator.shared.automatic),
    }),
    text: textPart(body, { row: translator.shared.row, storeName: storeName.text }),
  }
}

function clip(text: string, maxCharacters: number): string {
  const characters = [...text]
  return characters.length > maxCharacters
    ? `${characters.slice(0, maxCharacters - 1).join("")}…`
    : text
}
