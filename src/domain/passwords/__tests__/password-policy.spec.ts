import { type PasswordRules, PasswordPolicy } from "../password-policy"

const RULES: PasswordRules = { minLength: 8, maxLength: 128, minStrength: 1, blocklist: true }
const CONTEXT = ["jane.doe@shop.example", "Jane", "Doe", "The Corner Shop"]

const judge = async (password: string, rules: Partial<PasswordRules> = {}) =>
  (await new PasswordPolicy({ ...RULES, ...rules }).judge(password, CONTEXT)).map(
    ({ code }) => code,
  )

describe("a password", () => {
  it.each([
    ["supersecret"], // the example of Medusa's API reference
    ["correct horse battery staple"],
    ["пароль-из-букв"],
    ["短くない合言葉です"],
    ["        x        "],
    ["🔑🔒🔓🔐🗝🚪🏠🪟"],
    [`${"a".repeat(60)}quite-hard-to-guess`],
    [`quite-hard-to-guess${"a".repeat(60)}`],
    ["janeway-cat-41"], // has a name in it, and enough else
  ])("may be %j", async (password) => {
    expect(await judge(password)).toEqual([])
  })

  it.each([
    ["", ["too_short"]],
    ["tr0ub4d", ["too_short"]],
    ["12345678", ["common"]],
    ["PASSWORD", ["common"]],
    ["password", ["common"]],
    ["aaaaaaaaaaaa", ["too_weak"]],
    ["jane.doe@shop.example", ["personal"]],
    ["Jane.Doe1!", ["personal"]],
    ["corner12", ["personal"]],
    ["corner2024!", ["personal"]],
    ["2024@corner", ["personal"]],
    ["corner-1987-shop-7", []],
    ["1234567", ["too_short", "common"]],
    ["x".repeat(129), ["too_long"]],
    ["ab".repeat(64), ["too_weak"]],
  ])("may not be %j", async (password, codes) => {
    expect(await judge(password)).toEqual(codes)
  })

  it("is counted in characters, not in bytes or halves, after composing them", async () => {
    expect(await judge("🔑🔒🔓🔐🗝🚪🏠")).toEqual(["too_short"])
    expect(await judge("é".normalize("NFD").repeat(7))).toContain("too_short")
    expect(await judge("🔑".repeat(128))).not.toContain("too_long")
    expect(await judge("🔑".repeat(129))).toEqual(["too_long"])
  })

  it("need not be hard to guess, or off the list, where the store says so", async () => {
    expect(await judge("aaaaaaaaaaaa", { minStrength: 0 })).toEqual([])
    expect(await judge("12345678", { minStrength: 0, blocklist: false })).toEqual([])
    expect(await judge("supersecret", { minStrength: 3 })).toEqual(["too_weak"])
    expect(await judge("fourteen-chars", { minLength: 15 })).toEqual(["too_short"])
  })

  it("may not be one of the store's own words", async () => {
    expect(await judge("Autumn-Sale-26", { blocklist: ["autumn-sale-26"] })).toEqual(["common"])
    expect(await judge("12345678", { blocklist: ["autumn-sale-26"] })).toEqual(["common"])
  })

  it("is refused when it is known from breaches, which is asked last and in its composed form", async () => {
    const asked: string[] = []
    const breached = { includes: async (password: string) => !!asked.push(password) }
    const policy = new PasswordPolicy(RULES, breached)

    expect(await policy.judge("12345678")).toMatchObject([{ code: "common" }])
    expect(await policy.judge("pässwört-für-jane".normalize("NFD"))).toEqual([
      { code: "breached", message: expect.stringContaining("breaches") },
    ])
    expect(asked).toEqual(["pässwört-für-jane"])
  })

  it("is refused in words, too", async () => {
    const reasons = await new PasswordPolicy(RULES).judge("zebra-7")
    expect(reasons).toEqual([{ code: "too_short", message: "Use at least 8 characters." }])
  })
})
