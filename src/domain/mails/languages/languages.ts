import type { Words } from "../types"

/**
 * The languages that the plugin speaks; Portuguese is Brazil's, Chinese simplified. Naming the type
 * of a file also makes the compiler take the file into the package, which no `require` does.
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

export type Language = keyof Languages

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

export function isLanguage(tag: string): tag is Language {
  return (LANGUAGES as readonly string[]).includes(tag)
}

/** The plugin's own words; read from disk when a mail first needs them. */
export function ownWords(language: Language): Words {
  return require(`./locales/${language}.json`) as Languages[Language]
}
