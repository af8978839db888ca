import { allowedRedirectUrl, isSafeWebUrl } from "../redirect-url"

const ALLOWED = [
  "https://shop.example/fr",
  "http://localhost:8000/",
  "https://xn--bcher-kva.example",
]
const check = (candidate: unknown) => allowedRedirectUrl(candidate, ALLOWED)

describe("the page that a link may lead to", () => {
  it.each([
    ["https://shop.example/fr", "https://shop.example/fr"],
    ["https://shop.example/fr/", "https://shop.example/fr/"],
    ["https://shop.example/fr/reset/password", "https://shop.example/fr/reset/password"],
    ["HTTPS://SHOP.example:443/fr/reset", "https://shop.example/fr/reset"],
    ["https://shop.example/fr/reset?next=//evil.example#x", "https://shop.example/fr/reset"],
    ["https://shop.example/de/../fr/reset", "https://shop.example/fr/reset"],
    ["https://shop.example/fr/r%C3%A9initialiser", "https://shop.example/fr/r%C3%A9initialiser"],
    ["http://localhost:8000/anything", "http://localhost:8000/anything"],
    ["https://bücher.example/reset", "https://xn--bcher-kva.example/reset"],
  ])("may be %s", (candidate, page) => {
    expect(check(candidate)).toBe(page)
  })

  it.each([
    ["another path", "https://shop.example/de"],
    ["a path that only begins alike", "https://shop.example/france"],
    ["another host", "https://evil.example/fr"],
    ["another host that ends alike", "https://evilshop.example/fr"],
    ["another host that begins alike", "https://shop.example.evil.example/fr"],
    ["another port", "https://shop.example:8443/fr"],
    ["no encryption", "http://shop.example/fr"],
    ["another scheme", "javascript:alert(1)//https://shop.example/fr"],
    ["credentials", "https://shop.example@evil.example/fr"],
    ["credentials for the right host", "https://user:pass@shop.example/fr"],
    ["empty credentials with a colon", "https://:x@shop.example/fr"],
    ["a backslash for a slash", "https://shop.example\\@evil.example/fr"],
    ["backslashes at the start", "https:\\\\shop.example/fr"],
    ["no scheme", "//shop.example/fr"],
    ["a path", "/fr/reset"],
    ["one slash", "https:/shop.example/fr"],
    ["three slashes", "https:///shop.example/fr"],
    ["dot segments out of the path", "https://shop.example/fr/../de"],
    ["encoded dot segments", "https://shop.example/fr/%2e%2e/de"],
    ["half encoded dot segments", "https://shop.example/fr/.%2E/de"],
    ["an encoded slash", "https://shop.example/fr%2f..%2fde"],
    ["an encoded slash inside", "https://shop.example/fr/a%2Fb"],
    ["an encoded backslash", "https://shop.example/fr/%5c..%5cde"],
    ["dot segments with a path parameter", "https://shop.example/fr/..;/evil"],
    ["dot segments that are encoded twice", "https://shop.example/fr/%252e%252e/evil"],
    ["an empty segment", "https://shop.example/fr//x"],
    ["an empty segment at the end", "https://shop.example/fr//"],
    ["a line break", "https://shop.example/fr\r\nBcc: eve@evil.example"],
    ["a tab inside the host", "https://shop\t.example/fr"],
    ["spaces around", " https://shop.example/fr "],
    ["a NUL", "https://shop.example/fr\u0000"],
    ["a fullwidth slash", "https://evil.example／.shop.example/fr"],
    ["2 001 characters", `https://shop.example/fr/${"x".repeat(1977)}`],
    ["nothing", ""],
    ["a number", 7],
    ["an array", ["https://shop.example/fr"]],
    ["an object", { toString: () => "https://shop.example/fr" }],
  ])("may not be %s", (_, candidate) => {
    expect(check(candidate)).toBeUndefined()
  })

  it("may be the allowed host in Unicode dots, since what is used is the parsed host", () => {
    expect(check("https://shop。example/fr")).toBe("https://shop.example/fr")
  })

  it("is none where nothing is allowed", () => {
    expect(allowedRedirectUrl("https://shop.example/fr", undefined)).toBeUndefined()
    expect(allowedRedirectUrl("https://shop.example/fr", [])).toBeUndefined()
  })
})

it("what may be allowed is encrypted, or one's own machine", () => {
  expect(isSafeWebUrl("https://shop.example")).toBe(true)
  expect(isSafeWebUrl("http://127.0.0.1:8000/x")).toBe(true)
  expect(isSafeWebUrl("http://[::1]:8000")).toBe(true)
  expect(isSafeWebUrl("http://shop.example")).toBe(false)
  expect(isSafeWebUrl("http://localhost.evil.example")).toBe(false)
  expect(isSafeWebUrl("shop.example")).toBe(false)
})
