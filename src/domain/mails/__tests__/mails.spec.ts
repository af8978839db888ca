import { scryptSync } from "node:crypto"
import { type Mail, renderMail } from ".."
import { LANGUAGES } from "../languages/languages"
import { LOOK, MAILS } from "./samples"

const KINDS = Object.values(MAILS)
const BRANDING = { supportAddress: "help@shop.example", color: "#0f766e" }

/** What a reader sees of an HTML part. */
const shownIn = (html: string) =>
  html
    .replace(/<(style|title)>.*?<\/\1>/gs, "")
    .replace(/<[^>]*>/g, "")
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, "&")

describe.each([...LANGUAGES, "de-AT", "pt-BR"])("every mail in %s", (locale) => {
  const direction = locale === "ar" ? "rtl" : "ltr"

  it.each(KINDS)("is whole: $kind", (mail) => {
    const { subject, html, text } = renderMail(mail, { ...LOOK, locale, branding: BRANDING })

    expect(html).toContain(`<html lang="${locale}" dir="${direction}">`)
    expect(subject).toContain(LOOK.storeName)
    for (const part of [subject, text, shownIn(html)]) {
      expect(part).not.toMatch(/[{}]|\bundefined\b|\bnull\b|NaN|\[object/)
    }
    for (const part of [text, shownIn(html)]) {
      expect(part).toContain(mail.address)
      expect(part).toContain(LOOK.storeName)
      expect(part).toContain(BRANDING.supportAddress)
    }
    expect(html).toContain(`href="mailto:${BRANDING.supportAddress}"`)
    expect(text.endsWith(`\n\n-- \n${LOOK.storeName}\n`)).toBe(true)
    expect(Buffer.byteLength(html)).toBeLessThan(20_000) // Gmail cuts at 102 000.
  })

  it.each(KINDS)("has its link twice in HTML and alone on a line of the text: $kind", (mail) => {
    const { html, text } = renderMail(mail, { ...LOOK, locale })
    const links = [...html.matchAll(/href="(https?:[^"]*)"/g)].map(([, href]) => href)
    const link = "link" in mail ? mail.link! : undefined

    expect(links).toEqual(link ? Array(2).fill(link.replaceAll("&", "&amp;")) : [])
    expect(text.match(/https?:\/\/\S+/g) ?? []).toEqual(link ? [link] : [])
    expect(link ? text.split("\n").includes(link) : true).toBe(true)
  })
})

describe("the mail", () => {
  const written = (mail: Mail, look = {}) => renderMail(mail, { ...LOOK, ...look })

  it("with the link says for how long, that it works once, and what to do if it was not you", () => {
    const { subject, html, text } = written(MAILS.reset)

    expect(subject).toBe("Reset your password for Jane's Shop")
    for (const part of [text, shownIn(html)]) {
      expect(part).toContain("works once, and for 15 minutes")
      expect(part).toContain("ignore this mail: nothing has changed")
      expect(part).toContain("Do not pass the link on")
    }
  })

  it("to an account without a password names the services that it signs in with", () => {
    const text = (providers: string[], locale = "en") =>
      written({ ...MAILS.otherSignIn, providers }, { locale }).text

    expect(text(["google", "github"])).toContain("with Google and GitHub:")
    expect(text(["google", "github"], "de")).toContain("mit Google und GitHub ")
    expect(text(["facebook", "apple", "microsoft", "okta"])).toContain(
      "with Facebook, Apple, Microsoft, and Okta:",
    )
    expect(text([])).toContain("with another service:")
  })

  it("about a changed password says when, where, and from what, as far as that is known", () => {
    const { browser, ip, ...unknown } = MAILS.passwordChanged
    const look = { locale: "de-AT", timeZone: "Europe/Vienna" }

    const full = written(MAILS.passwordChanged, look).text
    expect(full).toContain("Zeitpunkt: 14. März 2026 um 16:09 MEZ")
    expect(full).toContain(`Browser: ${browser}`)
    expect(full).toContain(`IP-Adresse: ${ip}`)

    const bare = written(unknown, look)
    expect(bare.text).toContain("Zeitpunkt:")
    expect(bare.text).not.toMatch(/^(Browser|IP-Adresse)/m)
    expect(bare.html).not.toMatch(/>(Browser|IP-Adresse)</)
  })

  it.each(["otherSignIn", "register", "passwordChanged"] as const)(
    "has no button where there is no page to lead to: %s",
    (kind) => {
      const { html, text } = written({ ...MAILS[kind], link: undefined })

      expect(html).not.toMatch(/<a |class="button"/)
      expect(text).not.toContain("http")
    },
  )

  it("says nothing of support where the store names no address", () => {
    for (const mail of KINDS) {
      const { html, text } = written(mail)
      expect(html).not.toContain("mailto:")
      expect(text).not.toMatch(/write to/i)
    }
  })

  it("shows the store's logo, with its name for those who see no images", () => {
    const logo = { url: "https://shop.example/logo.png?a=1&b=2", width: 120, height: 32 }
    const image = (branding: object) =>
      /<img[^>]*>/.exec(written(MAILS.reset, { branding }).html)![0]

    expect(image({ logo })).toContain(`src="https://shop.example/logo.png?a=1&amp;b=2"`)
    expect(image({ logo })).toContain(`alt="Jane&#39;s Shop"`)
    expect(image({ logo })).toMatch(/width="120"\s+height="32"/)
    expect(image({ logo: { ...logo, alt: "Jane" } })).toContain(`alt="Jane"`)
    expect(image({ logo: { url: logo.url } })).not.toMatch(/ (width|height)=/)
  })

  it("takes less than a tenth of hashing a password: the figures are printed", () => {
    const each = medianOf(50, () => renderMail(MAILS.passwordChanged, { ...LOOK, locale: "de-AT" }))
    const hash = medianOf(5, () => scryptSync("the-new-password", "salt", 64, HASH))

    process.stdout.write(`    one mail: ${each.toFixed(2)} ms; one hash: ${hash.toFixed(0)} ms\n`)
    expect(each).toBeLessThan(hash / 10)
  })
})

/** As Medusa hashes passwords. */
const HASH = { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 }

/** How long work takes, in milliseconds. */
function medianOf(times: number, work: () => unknown): number {
  const taken = Array.from({ length: times }, () => {
    const start = performance.now()
    work()
    return performance.now() - start
  })
  return taken.sort((one, other) => one - other)[times >> 1]!
}
