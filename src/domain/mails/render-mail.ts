import { layOut, type MailBody } from "./templates/layout"
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

/** The longest subject, in characters; longer ones end with an ellipsis. */
const SUBJECT = 200

/** Writes a mail in the reader's language, or in English where there are no words in it. */
export function renderMail(mail: Mail, look: MailLook): MailContent {
  const tag = canonicalTag(look.locale)
  const locale = tag && hasWords(tag, look.locales) ? tag : "en"
  const translator: Translator<MailKind> = translatorFor(mail.kind, { ...look, locale })
  const write = WRITERS[mail.kind] as (mail: Mail, translator: Translator<MailKind>) => MailBody
  const body = write(mail, translator)
  const { logo, color } = look.branding
  const storeName = name(look.storeName)
  return {
    subject: clip(oneLine(body.subject.text), SUBJECT),
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

function clip(text: string, longest: number): string {
  const characters = [...text]
  return characters.length > longest ? `${characters.slice(0, longest - 1).join("")}…` : text
}
