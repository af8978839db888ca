import { browserOf } from "../browser"

describe("the browser that a mail names", () => {
  it.each([
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
      "Firefox, Windows",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
      "Safari, iOS",
    ],
    [
      "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
      "Chrome, Android",
    ],
  ])("is what people know it as", (userAgent, name) => {
    expect(browserOf(userAgent)).toBe(name)
  })

  it.each([[undefined], [""], ["\u0000"], ["(((((".repeat(1000)]])(
    "is none for %j",
    (userAgent) => {
      expect(browserOf(userAgent)).toBeUndefined()
    },
  )

  it.each([["evil.example/1.0"], ["This-was-us--no-need-to-act/1"], [`${"a".repeat(5000)}/1`]])(
    "is never what a client makes up: %.40s",
    (userAgent) => {
      expect(browserOf(userAgent)).toBeUndefined()
    },
  )
})
