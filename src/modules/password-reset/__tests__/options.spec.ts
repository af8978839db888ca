import { parseOptions } from "../options"

describe("the options", () => {
  it("have a default each, and ignore what Medusa adds", () => {
    const fromMedusa = { database: { clientUrl: "postgres://u:secret@h/db" } }

    expect(parseOptions(fromMedusa)).toEqual({
      resetUrl: {},
      allowedRedirectUrls: {},
      tokenTtl: 900,
      throttle: {
        spacing: 60,
        perIdentifier: { limit: 3, window: 900 },
        perIp: { limit: 100, window: 900 },
        update: { limit: 100, window: 900 },
        check: { limit: 100, window: 900 },
        register: { limit: 100, window: 900 },
        login: {
          perIdentifierAndIp: { limit: 10, window: 900 },
          perIp: { limit: 100, window: 900, interval: 3 },
          perIdentifier: { limit: 100, interval: 10 },
        },
        instances: 1,
      },
      endSessions: true,
      password: {
        minLength: 8,
        maxLength: 128,
        minStrength: 1,
        blocklist: true,
        breached: false,
      },
      email: {
        isOn: true,
        channel: "email",
        defaultLocale: "en",
        timeZone: "UTC",
        branding: {},
        locales: {},
        mails: { otherSignIn: true, register: false, noAccount: false, passwordChanged: true },
        pages: { signIn: {}, register: {}, forgotPassword: {} },
        templates: {},
      },
      delivery: {
        giveUpAfter: 86_400,
        retryAfter: 10,
        unknownRetries: 3,
        unknownRetryAfter: 120,
        retrySilent: false,
      },
      retention: 7_776_000,
      dialects: [],
      medusaV1: {},
      commerceLayer: { deliver: false },
      bagisto: { tokenTtl: 86_400, discloseUnknownEmail: false },
      admin: { returnToken: false, hideUserToken: false },
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
    [
      "an empty variable",
      { resetUrl: { customer: "https:///reset" } },
      "`resetUrl.customer`: must be",
    ],
    [
      "a wildcard for hosts",
      { allowedRedirectUrls: { customer: ["https://*.shop.example"] } },
      "without wildcard",
    ],
    [
      "a wildcard for paths",
      { allowedRedirectUrls: { customer: ["https://shop.example/*"] } },
      "without wildcard",
    ],
    [
      "a hash route",
      { allowedRedirectUrls: { customer: ["https://shop.example/#/reset"] } },
      "without wildcard",
    ],
    [
      "a query",
      { allowedRedirectUrls: { customer: ["https://shop.example/?page=reset"] } },
      "without wildcard",
    ],
    ["another scheme", { resetUrl: { user: "javascript:alert(1)" } }, "`resetUrl.user`: must be"],
    [
      "a redirect without encryption",
      { allowedRedirectUrls: { customer: ["http://shop.example"] } },
      "`allowedRedirectUrls.customer.0`: must be",
    ],
    [
      "a language that is none",
      { email: { defaultLocale: "e" } },
      "`email.defaultLocale`: must be",
    ],
    ["a dialect that nobody speaks", { dialects: ["shopify"] }, "`dialects.0`: "],
    ["a dialect's link for ever", { bagisto: { tokenTtl: 86_401 } }, "`bagisto.tokenTtl`: "],
    ["a right in words", { admin: { returnToken: "yes" } }, "`admin.returnToken`: "],
    ["a time zone that is none", { email: { timeZone: "Mars" } }, "`email.timeZone`: must be"],
    [
      "a colour in words",
      { email: { branding: { color: "red" } } },
      "`email.branding.color`: must",
    ],
    [
      "an address for support that is none",
      { email: { branding: { supportAddress: "help" } } },
      "`email.branding.supportAddress`:",
    ],
    [
      "words that no mail has",
      { email: { locales: { de: { reset: { subjekt: "x" } } } } },
      "`email.locales.de`:",
    ],
    [
      "a renderer that can't be called",
      { email: { render: "handlebars" } },
      "`email.render`: must be a function",
    ],
    ["mails switched on twice", { email: true }, "`email`: none of the values"],
    ["a first retry too late", { delivery: { retryAfter: 16 } }, "`delivery.retryAfter`:"],
    ["rows that are kept for an hour", { retention: 3600 }, "`retention`:"],
    ["a lifetime too short", { tokenTtl: 59 }, "`tokenTtl`:"],
    ["a lifetime too long", { tokenTtl: 86_401 }, "`tokenTtl`:"],
    ["a lifetime in words", { tokenTtl: "15m" }, "`tokenTtl`:"],
    ["a short least length", { password: { minLength: 7 } }, "`password.minLength`:"],
    ["a strength that is none", { password: { minStrength: 5 } }, "`password.minStrength`:"],
    ["a service that is no URL", { password: { breached: "hibp" } }, "`password.breached`:"],
    ["an empty channel", { email: { channel: "" } }, "`email.channel`:"],
    ["limits that are just on", { throttle: true }, "`throttle`: none of the values"],
    ["a limit of none", { throttle: { perIp: { limit: 0 } } }, "`throttle.perIp.limit`:"],
    ["a window of days", { throttle: { check: { window: 86_401 } } }, "`throttle.check.window`:"],
    [
      "an unknown option among the limits",
      { throttle: { perIP: { limit: 5 } } },
      "unknown option `perIP` in `throttle`",
    ],
    [
      "an unknown option in a limit",
      { throttle: { login: { perIp: { max: 5 } } } },
      "unknown option `max` in `throttle.login.perIp`",
    ],
    ["a spacing below none", { throttle: { spacing: -1 } }, "`throttle.spacing`:"],
    [
      "more failures in a row than NIST allows",
      { throttle: { login: { perIdentifier: { limit: 101 } } } },
      "`throttle.login.perIdentifier.limit`:",
    ],
    [
      "a proxy that stands in no list",
      { throttle: { trustedProxies: "10.0.0.0/33" } },
      "`throttle.trustedProxies`: none of the values",
    ],
    [
      "a proxy in a range that is none",
      { throttle: { trustedProxies: ["10.0.0.0/8", "10.0.0.0/33"] } },
      "`throttle.trustedProxies.1`: must be an IP address or a range",
    ],
    ["too many proxies", { throttle: { trustedProxies: 11 } }, "`throttle.trustedProxies`:"],
    [
      "a storefront server by its name",
      { throttle: { trustedClients: ["storefront.example"] } },
      "`throttle.trustedClients.0`: must be an IP address or a range",
    ],
    [
      "a Redis that is none",
      { throttle: { redisUrl: "http://x:secret@x" } },
      "`throttle.redisUrl`: must be a redis",
    ],
    ["no instance", { throttle: { instances: 0 } }, "`throttle.instances`:"],
    ["no mail ever", { throttle: { mailsPerMinute: 0 } }, "`throttle.mailsPerMinute`:"],
    ["sessions that end in words", { endSessions: "yes" }, "`endSessions`:"],
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

  it("refuse a storefront's secret of less than 32 characters, and do not repeat it", () => {
    const options = (length: number) => ({
      throttle: { trustedClients: [{ secret: "s".repeat(length) }] },
    })

    expect(() => parseOptions(options(31))).toThrow(
      /`throttle.trustedClients.0.secret`: (?!.*sss).*32 characters/,
    )
    expect(() => parseOptions(options(32))).not.toThrow()
  })

  it("name every bad limit at once", () => {
    expect(() =>
      parseOptions({ throttle: { spacing: -1, perIp: { limit: 0 }, trustedProxies: ["x"] } }),
    ).toThrow(
      /`throttle\.spacing`: .*; `throttle\.perIp\.limit`: .*; `throttle\.trustedProxies\.0`: /,
    )
  })

  describe("for limits", () => {
    const limits = (throttle: unknown) => parseOptions({ throttle }).throttle

    it("may say that there are none", () => {
      expect(limits(false)).toBe(false)
    })

    it("keep the defaults of what the store leaves out", () => {
      expect(limits({ perIdentifier: { limit: 5 }, update: { window: 60 } })).toEqual({
        ...(limits({}) as object),
        perIdentifier: { limit: 5, window: 900 },
        update: { limit: 100, window: 60 },
      })
      expect(limits({ login: { perIdentifier: { limit: 20 } } })).toMatchObject({
        login: {
          perIdentifierAndIp: { limit: 10, window: 900 },
          perIdentifier: { limit: 20, interval: 10 },
        },
      })
    })

    it.each([
      { trustedProxies: 0 },
      { trustedProxies: ["10.0.0.0/8", "::1"] },
      { trustedClients: ["10.1.2.3/32"] },
      { redisUrl: "redis://user:pass@localhost:6379/1" },
      { redisUrl: "rediss://redis.example" },
      { spacing: 0, mailsPerMinute: 100, instances: 4 },
    ])("may be %j", (throttle) => {
      expect(limits(throttle)).toMatchObject(throttle)
    })
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
