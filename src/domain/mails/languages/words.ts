import { isLanguage, ownWords } from "./languages"
import { canonicalTag, OTHER_REGION, plainTag, regionDistance, sharesScript } from "./tags"
import type { PartialWords, StoreLocales, Words } from "../types"

/**
 * Finds the words of a section, key by key: the store's words in the language, then the plugin's, then
 * English.
 *
 * @param locale canonical BCP 47 language tag
 */
export function wordsIn(
  locale: string,
  locales: StoreLocales,
): <S extends keyof Words>(section: S) => Words[S] {
  const sources = [...sourcesFor(locale, locales), ...sourcesFor("en", locales)].reverse()
  return (section) => Object.assign({}, ...sources.map((source) => source()[section]))
}

/** How many preferred languages are considered. A client can send any number. */
const MAX_PREFERENCES = 32

/**
 * Chooses the first preferred language that the plugin or the store has words in.
 *
 * @param preferences languages in the reader's order; anything that is not a language tag is skipped
 * @param fallback returned if no preferred language has words
 * @returns a canonical BCP 47 tag: "de_at" becomes "de-AT"
 */
export function negotiateLocale(
  preferences: readonly string[],
  locales: StoreLocales,
  fallback: string,
): string {
  for (const preference of preferences.slice(0, MAX_PREFERENCES)) {
    const tag = canonicalTag(preference)
    if (tag && hasWords(tag, locales)) {
      return Object.keys(locales).some((added) => canonicalTag(added) === tag) ? tag : plainTag(tag)
    }
  }
  return fallback
}

/** Whether the plugin or the store has words in the language. */
export function hasWords(tag: string, locales: StoreLocales): boolean {
  return sourcesFor(tag, locales).length > 0
}

type Source = () => PartialWords

/**
 * The sources of words for a tag, best first. For "de-AT": the store's "de-AT", its "de", the plugin's
 * "de". Words for another region are used only if nothing is closer.
 */
function sourcesFor(tag: string, locales: StoreLocales): Source[] {
  const added = Object.keys(locales).map((key) => [canonicalTag(key), () => locales[key]!] as const)
  const { language } = new Intl.Locale(tag)
  const own = isLanguage(language) ? [[language, () => ownWords(language)] as const] : []
  const readable = [...added, ...own]
    .flatMap(([available, source]) =>
      available && sharesScript(available, tag)
        ? [{ source, distance: regionDistance(available, tag) }]
        : [],
    )
    .sort((one, other) => one.distance - other.distance)
  const close = readable.filter(({ distance }) => distance < OTHER_REGION)
  return (close.length ? close : readable.slice(0, 1)).map(({ source }) => source)
}
