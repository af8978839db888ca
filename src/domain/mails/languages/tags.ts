/** Far longer than any tag that means something. */
const LONGEST = 64

/** A tag as BCP 47 writes it ("de-at" and "de_AT" are "de-AT"), or undefined for what is none. */
export function canonicalTag(tag: unknown): string | undefined {
  if (typeof tag !== "string" || tag.length > LONGEST) {
    return undefined
  }
  try {
    return Intl.getCanonicalLocales(tag.replaceAll("_", "-"))[0]
  } catch {
    return undefined
  }
}

/** A tag's language, script and region, without variants and extensions, which anybody may make up. */
export function plainTag(tag: string): string {
  const { language, script, region } = new Intl.Locale(tag)
  return [language, script, region].filter(Boolean).join("-")
}

/** Those who read the one can read the other: the same language in the same script. */
export function isSameWriting(one: string, other: string): boolean {
  return writingOf(one) === writingOf(other)
}

/** Taiwan reads `zh-Hant`, though its tag does not say so. */
function writingOf(tag: string): string {
  const { language, script = "" } = new Intl.Locale(tag).maximize()
  return `${language}-${script}`
}

/** How far what is written for `tag` is from what `reader` asked for: 0 is the same. */
export function distance(tag: string, reader: string): number {
  if (tag === reader) {
    return 0
  }
  const { region } = new Intl.Locale(tag)
  if (region === new Intl.Locale(reader).region) {
    return 1
  }
  return region ? ELSEWHERE : 2
}

/** The distance of what is written for another region. */
export const ELSEWHERE = 3

/** Where a locale begins to read, as the `dir` of HTML. */
export function directionOf(tag: string): "ltr" | "rtl" {
  const locale = new Intl.Locale(tag) as Intl.Locale & TextInfo
  const direction = locale.getTextInfo?.().direction ?? locale.textInfo?.direction
  return direction === "rtl" || RTL_SCRIPTS.has(locale.maximize().script ?? "") ? "rtl" : "ltr"
}

/** Not in TypeScript's library yet; Node 20 has the property, newer ones the method. */
type TextInfo = {
  textInfo?: { direction?: string }
  getTextInfo?: () => { direction?: string }
}

/** For a Node without either. */
const RTL_SCRIPTS = new Set(["Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg"])
