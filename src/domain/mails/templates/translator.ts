import { formatDuration, formatList, formatMoment } from "../languages/formats"
import type { MailBody } from "./layout"
import { address, fill, mailbox, name, type Phrase, plain } from "./phrase"
import { palettes } from "./theme"
import type { MailKind, MailLook, MailOf, Words } from "../types"
import { wordsIn } from "../languages/words"

/** What a mail is written with: its words in the reader's language, and that language's formats. */
export type Translator<K extends MailKind> = {
  words: Words[K]
  shared: Words["shared"]
  /** Fills words in; the store's name and the support address are known already. */
  fill: (words: string, values?: Record<string, Phrase>) => Phrase
  /** Whether there is a support address. */
  hasSupport: boolean
  duration: (seconds: number) => Phrase
  moment: (at: Date) => Phrase
  list: (items: string[]) => Phrase
}

/** Writes the mail of one kind. */
export type Writer<K extends MailKind> = (mail: MailOf<K>, translator: Translator<K>) => MailBody

/** Makes the translator of a store's mails of one kind to one reader; `locale` is a canonical tag. */
export function translatorFor<K extends MailKind>(
  kind: K,
  { locale, locales, storeName, timeZone, branding }: MailLook,
): Translator<K> {
  const words = wordsIn(locale, locales)
  const support = branding.supportAddress
  const known = {
    store: name(storeName),
    ...(support && { support: mailbox(support, palettes(branding.color).light.link) }),
  }
  return {
    words: words(kind),
    shared: words("shared"),
    fill: (words, values) => fill(words, { ...known, ...values }),
    hasSupport: Boolean(support),
    duration: (seconds) => plain(formatDuration(seconds, locale)),
    moment: (at) => plain(formatMoment(at, locale, timeZone)),
    list: (items) => name(formatList(items, locale)),
  }
}

/** A mail's address, as a value for `fill`. */
export function to(mail: { address: string }): { address: Phrase } {
  return { address: address(mail.address) }
}

/** A line for those who want to ask, if the store says where. */
export function supportLine({ fill, shared, hasSupport }: Translator<MailKind>): Phrase[] {
  return hasSupport ? [fill(shared.support)] : []
}
