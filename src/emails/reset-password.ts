import { layOut, type MailContent } from "./layout"
import { en } from "./locales/en"

/** What the mail with the link needs to know. */
export type ResetPasswordMail = {
  storeName: string
  /** The stored address of the account. */
  address: string
  /** The link that sets a new password. A secret: for this mail only. */
  link: string
  /** How long the link lives from now, in seconds. */
  lifetime: number
}

/** The mail that carries the link. */
export function resetPasswordMail({
  storeName,
  address,
  link,
  lifetime,
}: ResetPasswordMail): MailContent {
  const locale = "en"
  const words = en.reset
  const duration = formatDuration(lifetime, locale)
  return layOut({
    locale,
    storeName,
    subject: words.subject(storeName),
    preheader: words.preheader(duration),
    heading: words.heading,
    paragraphs: [words.intro(storeName, address), words.expiry(duration)],
    button: { label: words.button, href: link },
    linkHint: words.linkHint,
    footer: [words.notYou],
  })
}

/** A duration in words, in the largest unit that has no fraction: "15 minutes", "24 hours". */
export function formatDuration(seconds: number, locale: string): string {
  const minutes = Math.max(1, Math.round(seconds / 60))
  const [value, unit] = minutes % 60 === 0 ? [minutes / 60, "hour"] : [minutes, "minute"]
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(value)
}
