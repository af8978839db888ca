import { faultsOfLocale, renderMail, type StoreLocales } from ".."
import { ownWords } from "../languages/languages"
import { LOOK, MAILS } from "./samples"

const subject = (locale: string, locales: StoreLocales) =>
  renderMail(MAILS.reset, { ...LOOK, locale, locales }).subject

const own = (text: string) => ({ reset: { subject: text } })

describe("a store's own words", () => {
  it("come before ours, the nearest first, key by key", () => {
    const both = { de: own("Deutsch"), "de-AT": own("Servas {store}") }

    expect(subject("de-AT", both)).toBe("Servas Jane's Shop")
    expect(subject("de-CH", both)).toBe("Deutsch")
    expect(subject("de", both)).toBe("Deutsch")
    expect(subject("ca-valencia", { ca: own("Català"), "ca-valencia": own("Valencià") })).toBe(
      "Valencià",
    )
    expect(subject("de-CH", { "de-AT": own("Servas") })).toContain("Neues Passwort")
    expect(renderMail(MAILS.reset, { ...LOOK, locale: "de-AT", locales: both }).text).toContain(
      "15 Minuten lang gültig",
    )
  })

  it("may be in a language that we lack; where they say nothing, English does", () => {
    const { subject, html, text } = renderMail(MAILS.reset, {
      ...LOOK,
      locale: "he-IL",
      locales: { he: { reset: { subject: "סיסמה חדשה", expiry: "תוקף: {duration}" } } },
    })

    expect(subject).toBe("סיסמה חדשה")
    expect(html).toContain(`<html lang="he-IL" dir="rtl">`)
    expect(text).toContain("תוקף: 15 דקות")
    expect(text).toContain("Do not pass the link on")
  })

  it("do for a language that nobody but the store has heard of", () => {
    const { text } = renderMail(MAILS.passwordChanged, {
      ...LOOK,
      locale: "tlh",
      locales: { tlh: { passwordChanged: { heading: "ngoq choHlu'pu'" } } },
    })

    expect(text).toContain("ngoq choHlu'pu'")
    expect(text).toContain("When: March 14, 2026")
  })

  it("override English for those who read it", () => {
    expect(subject("en-GB", { en: own("Cheers") })).toBe("Cheers")
  })
})

describe("the check of a store's words", () => {
  it("finds no fault with some of the words, with all of them, or without a {store}", () => {
    expect(faultsOfLocale("de-AT", own("Servas"))).toEqual([])
    expect(faultsOfLocale("fi", ownWords("en"))).toEqual([])
    expect(faultsOfLocale("nds", own("Nieg Passwoort"))).toEqual([])
    expect(faultsOfLocale("en", { reset: { expiry: "Works once." } })).toEqual([])
  })

  it.each([
    ["not a tag", {}, `"not a tag" is not a BCP 47 language tag`],
    ["*", {}, `"*" is not a BCP 47 language tag`],
    ["de", "words", "must be an object of words, see locales/en.json"],
    ["de", null, "must be an object of words, see locales/en.json"],
    ["de", { rest: {} }, "rest is unknown"],
    ["de", { constructor: {} }, "constructor is unknown"],
    ["de", { reset: "text" }, "reset must be an object"],
    ["de", { reset: { sujet: "text" } }, "reset.sujet is unknown"],
    ["de", { reset: { toString: "text" } }, "reset.toString is unknown"],
    ["de", { reset: { subject: 7 } }, "reset.subject must be a non-empty string"],
    ["de", { reset: { subject: " " } }, "reset.subject must be a non-empty string"],
    ["de", { reset: { subject: "{shop}" } }, "reset.subject has the unknown placeholder {shop}"],
    ["fi", { reset: { expiry: "Kerran." } }, "reset.expiry is missing the placeholder {duration}"],
  ])("says in one line what is wrong: %s, %j", (tag, words, fault) => {
    expect(faultsOfLocale(tag, words)).toEqual([fault])
  })
})
