import { html, type Html } from "./html"

/** The same words for both parts of a mail. */
export type Phrase = { text: string; html: Html }

/** Explicit embeddings, overrides and isolates: they could turn the rest of a mail around. */
const BIDI_CONTROLS = /[\u202A-\u202E\u2066-\u2069]/g

/** A value in one line, without what turns the direction of text. */
export function oneLine(text: string): string {
  return text
    .replace(BIDI_CONTROLS, "")
    .replace(/\p{Cs}/gu, "\uFFFD") // Halves of a character.
    .replace(/[\s\p{Cc}]+/gu, " ") // \s holds U+2028 and U+2029, too.
    .trim()
}

/** Words as they stand. */
export function plain(words: string): Phrase {
  const text = oneLine(words)
  return { text, html: html`${text}` }
}

/** A name, whichever way it is written, that leaves what stands around it in its order. */
export function name(value: string): Phrase {
  const text = withoutScheme(value)
  return { text, html: html`<bdi>${text}</bdi>` }
}

/** An address, which is read from left to right in every language. */
export function address(value: string): Phrase {
  const text = withoutScheme(value)
  return { text, html: html`<bdi dir="ltr" style="word-break:break-word;">${text}</bdi>` }
}

/** Mail programs make links of what looks like one: the only links of a mail are its own. */
function withoutScheme(value: string): string {
  return oneLine(value).replace(/https?:\/+/gi, "")
}

/** A mail address to write to, as a link in a colour. */
export function mailbox(value: string, color: string): Phrase {
  const { text, html: shown } = address(value)
  const href = `mailto:${encodeURIComponent(text).replace("%40", "@")}`
  return { text, html: html`<a class="link" href="${href}" style="color:${color};">${shown}</a>` }
}

/** Words with every `{placeholder}` filled in, once: what a value holds is no placeholder. */
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

/** The names of the placeholders in words. */
export function placeholdersIn(words: string): string[] {
  return [...words.matchAll(/\{(\w+)\}/g)].map(([, placeholder]) => placeholder!)
}
