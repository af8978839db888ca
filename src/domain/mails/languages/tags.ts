/** The longest tag that is parsed. Real tags are far shorter. */
const MAX_TAG_CHARACTERS = 64

/**
 * Writes a language tag in the form of BCP 47: "de-at" and "de_AT" become "de-AT".
 *
 * @returns undefined if it is not a language tag
 */
export function canonicalTag(tag: unknown): string | undefined {
  if (typeof tag !== "string" || tag.length > MAX_TAG_CHARACTERS) {
    return undefined
  }
  try {
    return Intl.getCanonicalLocales(tag.replaceAll("_", "-"))[0]
  } catch {
    return undefined
  }
}

/** Reduces a tag to language, script and region. Clients can make up variants and extensions. */
export function plainTag(tag: string): string {
  const { language, script, region } = new Intl.Locale(tag)
  return [language, script, region].filter(Boolean).join("-")
}

/** Whether two tags mean the same language in the same script, so that a reader of one reads the other. */
export function sharesScript(one: string, other: string): boolean {
  return languageAndScript(one) === languageAndScript(other)
}

/** Adds the script that a tag leaves out: `zh-TW` is written in `Hant`. */
function languageAndScript(tag: string): string {
  const { language, script = "" } = new Intl.Locale(tag).maximize()
  return `${language}-${script}`
}

/**
 * Ranks words by how well their region fits the requested tag. Both tags share language and script.
 *
 * @returns 0 for the same tag, 1 for the same region, 2 for words without a region, else `OTHER_REGION`
 */
export function regionDistance(tag: string, requested: string): number {
  if (tag === requested) {
    return 0
  }
  const { region } = new Intl.Locale(tag)
  if (region === new Intl.Locale(requested).region) {
    return 1
  }
  return region ? OTHER_REGION : 2
}

/** The distance of words for another region. */
export const OTHER_REGION = 3

/** The writing direction of a language, for HTML's `dir`. */
export function directionOf(tag: string): "ltr" | "rtl" {
  const locale = new Intl.Locale(tag) as Intl.Locale & TextInfo
  const direction = locale.getTextInfo?.().direction ?? locale.textInfo?.direction
  return direction === "rtl" || RTL_SCRIPTS.has(locale.maximize().script ?? "") ? "rtl" : "ltr"
}

/** TypeScript's library lacks both. Node 20 has the property, newer versions have the method. */
type TextInfo = {
  textInfo?: { direction?: string }
  getTextInfo?: () => { direction?: string }
}

/** Scripts from right to left, for a Node that has neither. */
const RTL_SCRIPTS = new Set(["Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg"])
