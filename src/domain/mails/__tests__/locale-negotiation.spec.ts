import { negotiateLocale, renderMail } from ".."
import { directionOf } from "../languages/tags"
import { LOOK, MAILS } from "./samples"

const WORDS = { reset: { subject: "own" } }

describe("the language of a mail", () => {
  it.each([
    [["de"], "de"],
    [["de-at"], "de-AT"],
    [["en_US"], "en-US"],
    [["DE"], "de"],
    [["pt-BR"], "pt-BR"],
    [["fi", "sv"], "sv"],
    [["zh-CN"], "zh-CN"],
    [["zh-Hans-SG"], "zh-Hans-SG"],
    [["ar-EG"], "ar-EG"],
    [["de-u-nu-thai"], "de"],
    [["fr-x-anything"], "fr"],
    [["de-1996-CH"], "it"],
    [["de-CH-1996"], "de-CH"],
  ])("for a reader of %j is %s", (wishes, locale) => {
    expect(negotiateLocale(wishes, {}, "it")).toBe(locale)
  })

  it.each([
    [[]],
    [["nb"]],
    [["no"]],
    [["zh-TW"]],
    [["zh-Hant"]],
    [["zh-HK"]],
    [["tlh"]],
    [["de-Hebr"]],
    [["*"]],
    [[""]],
    [["x"]],
    [["not a tag"]],
    [["../../etc/passwd"]],
    [["de".repeat(2560)]],
    [["de-x" + "-abcdefgh".repeat(600)]],
    [["__proto__", "constructor"]],
    [[undefined, null, 7, {}] as unknown as string[]],
  ])("is the store's own where %j says nothing that there are words for", (wishes) => {
    expect(negotiateLocale(wishes, {}, "it")).toBe("it")
  })

  it("may be one that the store has added", () => {
    expect(negotiateLocale(["fi-FI", "de"], { fi: WORDS }, "en")).toBe("fi-FI")
    expect(negotiateLocale(["zh-TW"], { "zh-Hant": WORDS }, "en")).toBe("zh-TW")
    expect(negotiateLocale(["zh-HK"], { "zh-TW": WORDS }, "en")).toBe("zh-HK")
    expect(negotiateLocale(["zh-Hant"], { "zh-TW": WORDS }, "en")).toBe("zh-Hant")
    expect(negotiateLocale(["sr-Latn"], { sr: WORDS }, "en")).toBe("en")
    expect(negotiateLocale(["ca-valencia"], { "ca-valencia": WORDS }, "en")).toBe("ca-valencia")
  })

  it("is found in the first wishes of a reader who has thousands", () => {
    const wishes = Array<string>(5000).fill("tlh")
    expect(negotiateLocale([...wishes, "de"], {}, "en")).toBe("en")
  })

  it.each(["ar", "ar-EG", "he", "iw", "fa", "ur", "ckb-IQ", "az-Arab"])(
    "is written from right to left in %s",
    (locale) => {
      expect(directionOf(locale)).toBe("rtl")
    },
  )

  it.each(["en", "ja", "az", "tlh", "zh-TW"])("is written from left to right in %s", (locale) => {
    expect(directionOf(locale)).toBe("ltr")
  })

  it.each(["tlh", "not a tag", "", "xx-YY", "zh-TW", "🛍️"])(
    "is English where there are no words for it: %j",
    (locale) => {
      expect(renderMail(MAILS.reset, { ...LOOK, locale })).toEqual(renderMail(MAILS.reset, LOOK))
    },
  )
})
