import { formatDuration, formatList, formatMoment } from "../languages/formats"
import type { MailBody } from "./mail-body"
import { address, fill, mailbox, name, type Phrase, plain } from "./phrase"
import { palettes } from "./theme"
import type { MailKind, MailLook, MailOf, Words } from "../types"
import { wordsIn } from "../languages/words"

/** What a mail of one kind is written with: its words and the formats of the reader's language. */
export type Translator<K extends MailKind> = {
  words: Words[K]
  shared: Words["shared"]
  /** Fills in placeholders. `{store}` and `{support}` are filled in without a value. */
  fill: (words: string, values?: Record<string, Phrase>) => Phrase
  /** Whether the store has a support address. */
  hasSupport: boolean
  /** A duration, such as "15 minutes". */
  duration: (seconds: number) => Phrase
  /** A moment in the store's time zone. */
  moment: (at: Date) => Phrase
  /** Names joined as a sentence does, such as "Google and Apple". */
  list: (items: string[]) => Phrase
}

/** Writes the mail of one kind. */
export type Writer<K extends MailKind> = (mail: MailOf<K>, translator: Translator<K>) => MailBody

/** Makes the translator for a kind of mail. The look's `locale` must be a canonical tag. */
export function translatorFor<K extends MailKind>(
  kind: K,
  { locale, locales, storeName, timeZone, branding }: MailLook,
): Translator<K> {
  const words = wordsIn(locale, locales)
  const support = branding.supportAddress
  const always = {
    store: name(storeName),
    ...(support && { support: mailbox(support, palettes(branding.color).light.link) }),
  }
  return {
    words: words(kind),
    shared: words("shared"),
    fill: (words, values) => fill(words, { ...always, ...values }),
    hasSupport: Boolean(support),
    duration: (seconds) => plain(formatDuration(seconds, locale)),
    moment: (at) => plain(formatMoment(at, locale, timeZone)),
    list: (items) => name(formatList(items, locale)),
  }
}

/** The account's address, as a value for `fill`. */
export function addressOf(mail: { address: string }): { address: Phrase } {
  return { address: address(mail.address) }
}

/** The line that says where to get help, or none if the store has no support address. */
export function supportLine({ fill, shared, hasSupport }: Translator<MailKind>): Phrase[] {
  return hasSupport ? [fill(shared.support)] : []
}
