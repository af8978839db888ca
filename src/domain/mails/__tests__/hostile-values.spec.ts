import { type Mail, renderMail } from ".."
import { HOSTILE_NAME, LOOK, MAILS } from "./samples"

const KINDS = Object.values(MAILS)
const tagsIn = (html: string) => html.replace(/"[^"]*"/g, `""`).match(/<\/?[a-z][^>]*>/g)
/** What mail programs make links of. */
const LINK_LIKE = [
  `"https://evil.example/"@shop.example`,
  `"hhttp://ttp://evil.example/"@shop.example`,
  `"http:http:////evil.example"@shop.example`,
  `"ftp://evil.example"@shop.example`,
  `"://evil.example"@shop.example`,
  `"WWW.evil.example"@shop.example`,
  `wwwww.w.evil.example@shop.example`,
]
const BIDI = /[\u202A-\u202E\u2066-\u2069]/

describe("what a store is named, or somebody typed", () => {
  it.each(KINDS)("creates no element and no attribute: $kind", (mail) => {
    const usual = renderMail(mail, LOOK)
    const hostile = renderMail(mail, { ...LOOK, storeName: HOSTILE_NAME })

    expect(tagsIn(hostile.html)).toEqual(tagsIn(usual.html))
    expect(hostile.html).not.toMatch(/<script|<img/)
    expect(hostile.html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;")
  })

  it.each(KINDS)("starts no header, and no line: $kind", (mail) => {
    const { subject, html, text } = renderMail(mail, { ...LOOK, storeName: HOSTILE_NAME })
    const usual = renderMail(mail, LOOK).text

    expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u)
    expect(text.split(/[\n\r\u2028\u2029]/)).toHaveLength(usual.split("\n").length)
    expect(subject + html + text).not.toMatch(BIDI)
  })

  it("fills no placeholder", () => {
    const { subject } = renderMail(MAILS.reset, { ...LOOK, storeName: "{address} {store}" })
    expect(subject).toBe("Reset your password for {address} {store}")
  })

  it.each(LINK_LIKE)(
    "is no link in any mail program, so that the first one is the mail's own: %s",
    (address) => {
      const { text } = renderMail({ ...MAILS.reset, address }, { ...LOOK, storeName: address })

      expect(text.match(/\S*(?::\/\/|www\.)\S*/gi)).toEqual([MAILS.reset.link])
      expect(text.replaceAll("\u200B", "")).toContain(address) // Broken, not cut.
    },
  )

  it.each(LINK_LIKE.flatMap((value) => KINDS.map((mail) => [mail.kind, value, mail] as const)))(
    "is no link in HTML, neither as an element nor as text: %s, %s",
    (_, value, mail) => {
      const hrefs = (html: string) =>
        [...html.matchAll(/\bhref="([^"]*)"/g)].map(([, href]) => href)
      const usual = renderMail(mail, LOOK)
      const { html } = renderMail({ ...mail, address: value }, { ...LOOK, storeName: value })

      expect(hrefs(html)).toEqual(hrefs(usual.html))
      const shown = html.replace(/<style[^]*?<\/style>/g, "").replace(/<[^>]*>/g, "\n")
      const own = "link" in mail ? mail.link?.replaceAll("&", "&amp;") : undefined
      const linked = shown.match(/\S*(?::\/\/|www\.)\S*/gi) ?? []
      expect(linked.filter((link) => link !== own)).toEqual([])
    },
  )

  it("keeps a subject short, and its last character whole", () => {
    const { subject } = renderMail(MAILS.reset, { ...LOOK, storeName: "🛍️".repeat(500) })

    expect([...subject].length).toBe(200)
    expect(subject).not.toMatch(/\p{Cs}/u)
    expect(subject.endsWith("…")).toBe(true)
  })

  it.each([
    ["jane+shop@shop.example", "jane+shop@shop.example"],
    [`"a<b>c"@shop.example`, "&quot;a&lt;b&gt;c&quot;@shop.example"],
    [`o'hara@shop.example`, "o&#39;hara@shop.example"],
    ["jané@bücher.example", "jané@bücher.example"],
    ["用户@例子.example", "用户@例子.example"],
    ["jane\u202E@shop.example", "jane@shop.example"],
    ["half\uD83D@shop.example", "half\uFFFD@shop.example"],
  ])("is shown as it is: %j", (address, shown) => {
    const { html } = renderMail({ ...MAILS.reset, address }, { ...LOOK, locale: "ar" })
    expect(html).toMatch(new RegExp(`<bdi dir="ltr"[^>]*>${quote(shown)}</bdi>`))
  })

  it("reaches a link's address escaped only", () => {
    const link = `https://shop.example/"><script>`
    const { html } = renderMail({ ...MAILS.reset, link }, LOOK)
    expect(html).toContain(`href="https://shop.example/&quot;&gt;&lt;script&gt;"`)
  })

  it("writes nothing into the styles", () => {
    const branding = { color: "#fff;}</style><script>" }
    expect(renderMail(MAILS.reset, { ...LOOK, branding }).html).toBe(
      renderMail(MAILS.reset, LOOK).html,
    )
  })

  it("is encoded in the address to write to", () => {
    const branding = { supportAddress: "help+a?bcc=eve@shop.example" }
    expect(renderMail(MAILS.reset, { ...LOOK, branding }).html).toContain(
      `href="mailto:help%2Ba%3Fbcc%3Deve@shop.example"`,
    )
  })

  it("is no link either where a browser tells its name", () => {
    const browserIn = (browser: string) => {
      const mail: Mail = { ...MAILS.passwordChanged, browser }
      return /^Browser: (.*)$/m.exec(renderMail(mail, LOOK).text)![1]
    }

    expect(browserIn("Chrome 141.0, Windows 10")).toBe("Chrome 141.0, Windows 10")
    expect(browserIn("https://evil.example/login, Linux")).toBe("https evil example login, Linux")
    expect(browserIn("call@evil.example")).toBe("call evil example")
    expect(browserIn("B".repeat(300))).toHaveLength(60)
  })
})

function quote(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
}
