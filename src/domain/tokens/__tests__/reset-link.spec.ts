import { buildResetLink } from "../reset-link"

describe("the link in the mail", () => {
  it("carries the token and the address, encoded", () => {
    expect(
      buildResetLink("https://shop.example/reset", { token: "a.b-c_d", email: "j+x@shop.example" }),
    ).toBe("https://shop.example/reset?token=a.b-c_d&email=j%2Bx%40shop.example")
  })

  it("keeps what the page's own query and fragment say", () => {
    expect(buildResetLink("https://x.example/?lang=de#/reset", { token: "t", email: "e" })).toBe(
      "https://x.example/?lang=de&token=t&email=e#/reset",
    )
  })
})
