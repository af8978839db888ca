import type { Words } from "../types"

/**
 * The plugin's own languages. Portuguese is Brazilian, Chinese is simplified.
 *
 * The `import` types make the compiler copy the JSON files into the package. A `require` alone does not.
 */
type Languages = {
  en: typeof import("./locales/en.json")
  de: typeof import("./locales/de.json")
  fr: typeof import("./locales/fr.json")
  es: typeof import("./locales/es.json")
  it: typeof import("./locales/it.json")
  pt: typeof import("./locales/pt.json")
  nl: typeof import("./locales/nl.json")
  pl: typeof import("./locales/pl.json")
  sv: typeof import("./locales/sv.json")
  da: typeof import("./locales/da.json")
  cs: typeof import("./locales/cs.json")
  ja: typeof import("./locales/ja.json")
  zh: typeof import("./locales/zh.json")
  ar: typeof import("./locales/ar.json")
}

/** The tag of one of the plugin's own languages. */
export type Language = keyof Languages

/** The plugin's own languages, English first. */
export const LANGUAGES: readonly Language[] = [
  "en",
  "de",
  "fr",
  "es",
  "it",
  "pt",
  "nl",
  "pl",
  "sv",
  "da",
  "cs",
  "ja",
  "zh",
  "ar",
]

/** Whether the plugin has its own words in a language. */
export function isLanguage(tag: string): tag is Language {
  return (LANGUAGES as readonly string[]).includes(tag)
}

/** The plugin's own words in a language. They are read from disk when a mail first needs them. */
export function ownWords(language: Language): Words {
  return require(`./locales/${language}.json`) as Languages[Language]
}
