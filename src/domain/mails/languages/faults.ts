import { isObject } from "../../is-object"
import { placeholdersIn } from "../templates/phrase"
import { canonicalTag, isSameWriting } from "./tags"
import { LANGUAGES, ownWords } from "./languages"

type Texts = Record<string, Record<string, string>>

/**
 * What is wrong with words that a store adds or overrides, one line each; nothing when they can be
 * used. Keys may be missing: the plugin's own words stand in. `{store}` may always be left out, since
 * a store can write its name; in a language that the plugin lacks, every other placeholder must stay.
 */
export function faultsOfLocale(tag: string, words: unknown): string[] {
  const canonical = canonicalTag(tag)
  if (!canonical) {
    return [`"${tag.slice(0, 40)}" is no BCP 47 language tag`]
  }
  if (!isObject(words)) {
    return ["must be an object of words, see locales/en.json"]
  }
  const isNew = !LANGUAGES.some((language) => isSameWriting(language, canonical))
  const pattern: Texts = ownWords("en")
  return Object.entries(words).flatMap(([section, texts]) => {
    if (!Object.hasOwn(pattern, section)) {
      return [`${section} is unknown`]
    }
    if (!isObject(texts)) {
      return [`${section} must be an object`]
    }
    return Object.entries(texts).flatMap(([key, text]) => {
      const wanted = Object.hasOwn(pattern[section]!, key) ? pattern[section]![key] : undefined
      return faultsOfText(text, wanted, isNew).map((fault) => `${section}.${key} ${fault}`)
    })
  })
}

function faultsOfText(text: unknown, pattern: string | undefined, isNew: boolean): string[] {
  if (pattern === undefined) {
    return ["is unknown"]
  }
  if (typeof text !== "string" || !text.trim()) {
    return ["must be a text"]
  }
  const [found, known] = [placeholdersIn(text), placeholdersIn(pattern)]
  const unknown = found.filter((placeholder) => !known.includes(placeholder))
  const missing = known.filter((one) => isNew && one !== "store" && !found.includes(one))
  return [
    ...unknown.map((placeholder) => `has the unknown placeholder {${placeholder}}`),
    ...missing.map((placeholder) => `lacks the placeholder {${placeholder}}`),
  ]
}
