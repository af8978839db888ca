import { html, type Html } from "./html"

/** The same words for the text part and the HTML part of a mail. */
export type Phrase = { text: string; html: Html }

/** Unicode's bidirectional controls. They could reverse the text that follows. */
const BIDI_CONTROLS = /[\u202A-\u202E\u2066-\u2069]/g

const ZERO_WIDTH_SPACE = "\u200B"

/** Puts a value on one line and removes bidirectional controls. */
export function oneLine(text: string): string {
  return text
    .replace(BIDI_CONTROLS, "")
    .replace(/\p{Cs}/gu, "\uFFFD") // Halves of surrogate pairs.
    .replace(/[\s\p{Cc}]+/gu, " ") // \s includes U+2028 and U+2029.
    .trim()
}

/** Words of the plugin or the store, in the direction of the mail. */
export function plain(words: string): Phrase {
  const text = oneLine(words)
  return { text, html: html`${text}` }
}

/** A name in any direction. `<bdi>` keeps it from reordering the text around it. */
export function name(value: string): Phrase {
  const text = withoutLinks(value)
  return { text, html: html`<bdi>${text}</bdi>` }
}

/** An email or IP address, which reads from left to right in every language. */
export function address(value: string): Phrase {
  const text = withoutLinks(value)
  return { text, html: html`<bdi dir="ltr" style="word-break:break-word;">${text}</bdi>` }
}

/**
 * Breaks what mail programs turn into a link, in a value that an attacker may have chosen. Nothing is taken
 * out: what is left could join to a new link.
 */
function withoutLinks(value: string): string {
  return oneLine(value)
    .replaceAll("://", `:${ZERO_WIDTH_SPACE}//`)
    .replace(/www\./gi, (prefix) => `${prefix.slice(0, 3)}${ZERO_WIDTH_SPACE}.`)
}

/**
 * An email address as a `mailto:` link.
 *
 * @param color `#rrggbb`
 */
export function mailbox(value: string, color: string): Phrase {
  const { text, html: shown } = address(value)
  const href = `mailto:${encodeURIComponent(oneLine(value)).replace("%40", "@")}`
  return { text, html: html`<a class="link" href="${href}" style="color:${color};">${shown}</a>` }
}

/**
 * Replaces every `{placeholder}` that has a value. It does so once: a placeholder inside a value stays as it
 * is.
 */
export function fill(words: string, values: Record<string, Phrase>): Phrase {
  const pieces = words.split(/\{(\w+)\}/).map((piece, index) => {
    const value = index % 2 ? values[piece] : undefined
    return value ?? { text: piece, html: html`${piece}` }
  })
  return {
    text: pieces.map(({ text }) => text).join(""),
    html: html`${pieces.map((piece) => piece.html)}`,
  }
}

/** The names of all placeholders in the words, in their order. */
export function placeholdersIn(words: string): string[] {
  return [...words.matchAll(/\{(\w+)\}/g)].map(([, placeholder]) => placeholder!)
}
