import { formatDuration, resetPasswordMail } from "../reset-password"

const MAIL = {
  storeName: "Jane's Shop",
  address: "jane@shop.example",
  link: "https://shop.example/reset?token=a.b.c&email=jane%40shop.example",
  lifetime: 900,
}

describe("the mail with the link", () => {
  it("says the same in both parts: shop, account, lifetime, link, and what to do if it was not you", () => {
    const { subject, html, text } = resetPasswordMail(MAIL)

    expect(subject).toBe("Reset your password for Jane's Shop")
    expect(text).toContain(MAIL.link)
    expect(html).toContain(MAIL.link.replace("&", "&amp;"))
    expect(html).toContain("Jane&#39;s Shop")
    for (const part of [html, text]) {
      expect(part).toContain("jane@shop.example")
      expect(part).toContain("15 minutes")
      expect(part).toContain("ignore this mail")
    }
  })

  it("lets nothing break out of its place", () => {
    const { subject, html } = resetPasswordMail({
      ...MAIL,
      storeName: `<script>"x"</script>\r\nBcc: eve@evil.example`,
      address: `"><img src=x>@shop.example`,
    })

    expect(subject).not.toMatch(/[\r\n]/)
    expect(html).not.toContain("<script>")
    expect(html).not.toContain("<img")
  })

  it.each([
    [60, "1 minute"],
    [899.6, "15 minutes"],
    [3600, "1 hour"],
    [5400, "90 minutes"],
    [86_400, "24 hours"],
    [5, "1 minute"],
  ])("says %s seconds as %s", (seconds, words) => {
    expect(formatDuration(seconds, "en")).toBe(words)
  })
})
