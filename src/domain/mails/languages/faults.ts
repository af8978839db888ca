import { isObject } from "../../is-object"
import { placeholdersIn } from "../templates/phrase"
import { canonicalTag, sharesScript } from "./tags"
import { LANGUAGES, ownWords } from "./languages"

type Texts = Record<string, Record<string, string>>

/**
 * Checks the words that a store adds or overrides.
 *
 * Keys may be missing; the plugin's own words are used instead. `{store}` may be left out, since a store can
 * write its own name. In a language that the plugin does not have, no other placeholder may be missing.
 *
 * @param tag the language tag that the store wrote
 * @returns one line for each fault, empty if the words can be used
 */
export function faultsOfLocale(tag: string, words: unknown): string[] {
  const canonical = canonicalTag(tag)
  if (!canonical) {
    return [`"${tag.slice(0, 40)}" is not a BCP 47 language tag`]
  }
  if (!isObject(words)) {
    return ["must be an object of words, see locales/en.json"]
  }
  const isNew = !LANGUAGES.some((language) => sharesScript(language, canonical))
  const english: Texts = ownWords("en")
  return Object.entries(words).flatMap(([section, texts]) => {
    if (!Object.hasOwn(english, section)) {
      return [`${section} is unknown`]
    }
    if (!isObject(texts)) {
      return [`${section} must be an object`]
    }
    return Object.entries(texts).flatMap(([key, text]) => {
      const original = Object.hasOwn(english[section]!, key) ? english[section]![key] : undefined
      return faultsOfText(text, original, isNew).map((fault) => `${section}.${key} ${fault}`)
    })
  })
}

function faultsOfText(text: unknown, original: string | undefined, isNew: boolean): string[] {
  if (original === undefined) {
    return ["is unknown"]
  }
  if (typeof text !== "string" || !text.trim()) {
    return ["must be a non-empty string"]
  }
  const [found, known] = [placeholdersIn(text), placeholdersIn(original)]
  const unknown = found.filter((placeholder) => !known.includes(placeholder))
  const missing = isNew
    ? known.filter((placeholder) => placeholder !== "store" && !found.includes(placeholder))
    : []
  return [
    ...unknown.map((placeholder) => `has the unknown placeholder {${placeholder}}`),
    ...missing.map((placeholder) => `is missing the placeholder {${placeholder}}`),
  ]
}
