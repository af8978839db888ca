import { readdirSync } from "node:fs"
import { join } from "node:path"
import { placeholdersIn } from "../templates/phrase"
import { LANGUAGES, ownWords } from "../languages/languages"

type Texts = Record<string, Record<string, string>>

const flat = (words: Texts) =>
  Object.entries(words).flatMap(([section, texts]) =>
    Object.entries(texts).map(([key, text]) => [`${section}.${key}`, text] as const),
  )

const EN = new Map(flat(ownWords("en")))

/** Words that other languages share with English. */
const MAY_BE_ENGLISH = ["shared.row", "passwordChanged.browser"]

it("every language has a file, and every file is a language", () => {
  const files = readdirSync(join(__dirname, "../languages/locales"))
  expect(files.sort()).toEqual(LANGUAGES.map((language) => `${language}.json`).sort())
})

describe.each(LANGUAGES)("the words in %s", (language) => {
  const words = flat(ownWords(language))

  it("are all there, and no others", () => {
    expect(words.map(([key]) => key)).toEqual([...EN.keys()])
  })

  it("are texts in one line, without blanks at their ends", () => {
    for (const [key, text] of words) {
      expect({ key, text }).toEqual({ key, text: expect.stringMatching(/^\S(.*\S)?$/) })
    }
  })

  it("hold the placeholders of the English ones, each once", () => {
    for (const [key, text] of words) {
      const placeholders = placeholdersIn(text).sort()
      expect([key, placeholders]).toEqual([key, placeholdersIn(EN.get(key)!).sort()])
      expect(text.replace(/\{\w+\}/g, "")).not.toMatch(/[{}]/)
    }
  })

  it("are translated", () => {
    const same = words.filter(
      ([key, text]) => text === EN.get(key) && !MAY_BE_ENGLISH.includes(key),
    )
    expect(language === "en" ? [] : same).toEqual([])
  })
})
