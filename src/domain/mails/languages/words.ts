import { isLanguage, ownWords } from "./languages"
import { canonicalTag, distance, ELSEWHERE, isSameWriting, plainTag } from "./tags"
import type { PartialWords, StoreLocales, Words } from "../types"

/** Looks words up, key by key: the store's for the locale, ours, and English where both lack one. */
export function wordsIn(
  locale: string,
  locales: StoreLocales,
): <S extends keyof Words>(section: S) => Words[S] {
  const sources = [...sourcesFor(locale, locales), ...sourcesFor("en", locales)].reverse()
  return (section) => Object.assign({}, ...sources.map((source) => source()[section]))
}

/** More wishes than any person has. */
const MAX_WISHES = 32

/**
 * The first of a reader's wishes that there are words for, ours or the store's, in canonical form
 * ("de_at" is "de-AT"). Wishes may be anything; what is no language tag is passed over.
 *
 * @returns the fallback where there are words for none
 */
export function negotiateLocale(
  wishes: readonly string[],
  locales: StoreLocales,
  fallback: string,
): string {
  for (const wish of wishes.slice(0, MAX_WISHES)) {
    const tag = canonicalTag(wish)
    if (tag && hasWords(tag, locales)) {
      return Object.keys(locales).some((added) => canonicalTag(added) === tag) ? tag : plainTag(tag)
    }
  }
  return fallback
}

/** Whether somebody who asks for `tag` can read any of the words. */
export function hasWords(tag: string, locales: StoreLocales): boolean {
  return sourcesFor(tag, locales).length > 0
}

type Source = () => PartialWords

/** Where words for a tag come from, best first: "de-AT" of the store, its "de", and our "de". */
function sourcesFor(tag: string, locales: StoreLocales): Source[] {
  const added = Object.keys(locales).map((key) => [canonicalTag(key), () => locales[key]!] as const)
  const { language } = new Intl.Locale(tag)
  const own = isLanguage(language) ? [[language, () => ownWords(language)] as const] : []
  const found = [...added, ...own]
    .flatMap(([written, source]) =>
      written && isSameWriting(written, tag) ? [{ source, far: distance(written, tag) }] : [],
    )
    .sort((one, other) => one.far - other.far)
  const near = found.filter(({ far }) => far < ELSEWHERE)
  return (near.length ? near : found.slice(0, 1)).map(({ source }) => source)
}
