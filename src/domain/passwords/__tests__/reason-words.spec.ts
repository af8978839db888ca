import { LANGUAGES } from "../../mails/languages/languages"
import type { PasswordReasonCode } from "../../errors"
import { REASON_LANGUAGES, wordReason } from "../reason-words"

const LIMITS = { minLength: 9, maxLength: 77 }
const CODES: PasswordReasonCode[] = [
  "too_short",
  "too_long",
  "common",
  "personal",
  "too_weak",
  "breached",
]

describe("a reason for a refused password", () => {
  it("has words in every language that mails are written in", () => {
    expect([...REASON_LANGUAGES].sort()).toEqual([...LANGUAGES].sort())
  })

  it.each(REASON_LANGUAGES)("is told apart from others, with its limit, in %s", (language) => {
    const texts = CODES.map((code) => wordReason(code, LIMITS, language))

    expect(new Set(texts).size).toBe(CODES.length)
    expect(texts.map((text) => text.match(/\d+/)?.[0])).toEqual(["9", "77", ...Array(4)])
    expect(texts.join()).not.toMatch(/[{}]/)
  })

  it.each([
    ["de-AT", /mindestens 9 Zeichen/],
    ["pt-PT", /pelo menos 9/],
    ["tlh", /at least 9/],
  ])("reads %s by its language, and else English", (locale, text) => {
    expect(wordReason("too_short", LIMITS, locale)).toMatch(text)
  })
})
