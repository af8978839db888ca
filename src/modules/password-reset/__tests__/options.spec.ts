import { parseOptions } from "../options"

describe("the options", () => {
  it("have a default each, and ignore what Medusa adds", () => {
    const fromMedusa = { database: { clientUrl: "postgres://u:secret@h/db" } }

    expect(parseOptions(fromMedusa)).toEqual({
      resetUrl: {},
      allowedRedirectUrls: {},
      tokenTtl: 900,
      password: {
        minLength: 8,
        maxLength: 128,
        minStrength: 1,
        blocklist: true,
        breached: false,
      },
      email: { channel: "email", branding: {} },
    })
    expect(parseOptions(undefined).tokenTtl).toBe(900)
  })

  it.each([
    ["an unknown option", { resetURL: {} }, "unknown option `resetURL`"],
    [
      "an unknown one inside another",
      { email: { chanel: "x" } },
      "unknown option `chanel` in `email`",
    ],
    [
      "a relative URL",
      { resetUrl: { customer: "/reset" } },
      "`resetUrl.customer`: must be an absolute",
    ],
    ["another scheme", { resetUrl: { user: "javascript:alert(1)" } }, "`resetUrl.user`: must be"],
    [
      "a redirect without encryption",
      { allowedRedirectUrls: { customer: ["http://shop.example"] } },
      "`allowedRedirectUrls.customer.0`: must be",
    ],
    ["a lifetime too short", { tokenTtl: 59 }, "`tokenTtl`:"],
    ["a lifetime too long", { tokenTtl: 86_401 }, "`tokenTtl`:"],
    ["a lifetime in words", { tokenTtl: "15m" }, "`tokenTtl`:"],
    ["a short least length", { password: { minLength: 7 } }, "`password.minLength`:"],
    ["a strength that is none", { password: { minStrength: 5 } }, "`password.minStrength`:"],
    ["a service that is no URL", { password: { breached: "hibp" } }, "`password.breached`:"],
    ["an empty channel", { email: { channel: "" } }, "`email.channel`:"],
  ])("refuse %s in one line that names it", (_, options, message) => {
    let thrown = ""
    try {
      parseOptions({ ...options, database: { clientUrl: "secret" } })
    } catch (error) {
      thrown = (error as Error).message
    }
    expect(thrown).toContain(`medusa-plugin-password-reset: bad options in medusa-config: `)
    expect(thrown).toContain(message)
    expect(thrown).not.toMatch(/\n|secret/)
  })

  describe("for the page of users", () => {
    it("take Medusa's own admin, where its address is known", () => {
      const admin = { backendUrl: "https://api.shop.example/", path: "/dashboard" }

      expect(parseOptions({}, admin).resetUrl).toEqual({
        user: "https://api.shop.example/dashboard/reset-password",
      })
      expect(parseOptions({}, { backendUrl: "https://api.shop.example" }).resetUrl.user).toBe(
        "https://api.shop.example/app/reset-password",
      )
    })

    it("prefer what the store wrote", () => {
      const user = "https://admin.shop.example/reset"

      expect(
        parseOptions({ resetUrl: { user } }, { backendUrl: "https://api.shop.example" }).resetUrl,
      ).toEqual({ user })
    })

    it("have none where the admin's address is relative", () => {
      expect(parseOptions({}, { backendUrl: "/" }).resetUrl).toEqual({})
    })

    it("take the admin on a worker, too, which serves none but sends its mails", () => {
      const admin = { backendUrl: "https://api.shop.example", disable: true }

      expect(parseOptions({}, admin).resetUrl.user).toBe(
        "https://api.shop.example/app/reset-password",
      )
    })
  })
})
