import type { Phrase } from "./phrase"

/** The content of a mail, in the order in which it is read. */
export type MailBody = {
  subject: Phrase
  /** The preview text that an inbox shows beside the subject. */
  preheader: Phrase
  heading: Phrase
  paragraphs: Phrase[]
  /** Rows of a table, such as when and from where a password was changed. */
  details?: { label: Phrase; value: Phrase }[]
  /** Paragraphs below the details. */
  advice?: Phrase[]
  button?: { label: Phrase; href: string }
  /** Small print below the button. */
  notes: Phrase[]
}

/** What surrounds the content: the same in all mails of a store to one reader. */
export type MailFrame = {
  /** Canonical BCP 47 language tag. */
  locale: string
  direction: "ltr" | "rtl"
  storeName: Phrase
  logo?: { url: string; alt: string; width?: number; height?: number }
  /** The store's colour, as `#rrggbb`. */
  color?: string
  /** Introduces the bare link, for readers whose button does not work. */
  linkHint: Phrase
  /** Small print below the card. */
  footer: Phrase
}
