import { buildResetLink, faultInPage, hidesToken } from "../reset-link"

const VALUES = { token: "a.b-c_d", email: "j+x@shop.example", locale: "de-AT" }

describe("the link in the mail", () => {
  it.each([
    [
      "the query, where the page does not say where",
      "https://shop.example/reset",
      "https://shop.example/reset?token=a.b-c_d&email=j%2Bx%40shop.example",
    ],
    [
      "the query, beside what the page's own query and fragment say",
      "https://x.example/?lang=de#/reset",
      "https://x.example/?lang=de&token=a.b-c_d&email=j%2Bx%40shop.example#/reset",
    ],
    [
      "the query, beside the language that the page asks for",
      "https://shop.example/{locale}/reset",
      "https://shop.example/de-AT/reset?token=a.b-c_d&email=j%2Bx%40shop.example",
    ],
    [
      "the fragment, for a router that reads it",
      "https://shop.example/#/reset?token={token}&email={email}",
      "https://shop.example/#/reset?token=a.b-c_d&email=j%2Bx%40shop.example",
    ],
    [
      "the path, and nowhere else",
      "https://shop.example/{locale}/reset/{token}",
      "https://shop.example/de-AT/reset/a.b-c_d",
    ],
    ["an app's link", "myapp://reset?t={token}", "myapp://reset?t=a.b-c_d"],
    ["an app's query", "myapp://reset", "myapp://reset?token=a.b-c_d&email=j%2Bx%40shop.example"],
    [
      "a page of the language's own host",
      "https://{locale}.shop.example/reset/{token}",
      "https://de-AT.shop.example/reset/a.b-c_d",
    ],
  ])("carries the token in %s", (_, page, link) => {
    expect(faultInPage(page)).toBeUndefined()
    expect(buildResetLink(page, VALUES)).toBe(link)
  })

  it("fills in no placeholder that stands in a value", () => {
    const email = "{token}@{locale}.example"
    expect(buildResetLink("https://x.example/{email}/{token}", { ...VALUES, email })).toBe(
      "https://x.example/%7Btoken%7D%40%7Blocale%7D.example/a.b-c_d",
    )
  })

  it.each([
    ["an unknown placeholder", "https://x.example/{tokn}", /unknown placeholder \{tokn\}/],
    ["an empty placeholder", "https://x.example/{}", /unknown placeholder \{\}/],
    ["a path alone", "/reset/{token}", /absolute/],
    ["no host", "https:///reset", /absolute/],
    ["a script", "javascript://x.example/%0aalert({token})", /absolute/],
    ["a file", "file:///reset?{token}", /absolute/],
    ["a mail", "mailto:x@shop.example", /absolute/],
    ["the token as host", "https://{token}.x.example/", /behind the host/],
  ])("can't lead to %s", (_, page, fault) => {
    expect(faultInPage(page)).toMatch(fault)
  })

  it("is not found by a page that looks behind the #", () => {
    expect(hidesToken("https://x.example/#/reset")).toBe(true)
    expect(hidesToken("https://x.example/#/reset/{token}")).toBe(false)
    expect(hidesToken("https://x.example/reset")).toBe(false)
  })
})
