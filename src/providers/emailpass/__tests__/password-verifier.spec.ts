import { PasswordVerifier } from "../password-verifier"

const NOT_A_HASH = "imported from elsewhere"

/** Stands for scrypt: `hash:x` is the hash of `x`. Notes what is compared. */
function setUp() {
  const compared: { password: string; hash: string }[] = []
  const verifier = new PasswordVerifier({
    hash: async (password) => `hash:${password}`,
    verify: async (password, hash) => {
      if (hash === NOT_A_HASH) {
        throw new Error("no hash")
      }
      compared.push({ password, hash })
      return hash === `hash:${password}`
    },
  })
  return { verifier, compared }
}

describe("a password is compared with a hash", () => {
  it("that was made from it, and with no other", async () => {
    const { verifier } = setUp()

    expect(await verifier.matches("right", "hash:right")).toBe(true)
    expect(await verifier.matches("wrong", "hash:right")).toBe(false)
  })

  it("that was made from what the keyboard sent, before Unicode was normalized", async () => {
    const { verifier } = setUp()

    expect(await verifier.matches("cafe\u0301", "hash:cafe\u0301")).toBe(true)
    expect(await verifier.matches("cafe\u0301", "hash:caf\u00e9")).toBe(true)
  })

  it.each([
    ["the account has none", undefined],
    ["the account has null", null],
    ["the account has what is no hash", NOT_A_HASH],
  ])("where %s as well, so that it takes as long, and never matches", async (_, hash) => {
    const { verifier, compared } = setUp()
    await verifier.matches("wrong", "hash:right")
    const known = compared.splice(0).length

    expect(await verifier.matches("wrong", hash)).toBe(false)
    expect(compared).toHaveLength(known)
    // Not even the decoy's own password is let in.
    const decoyPassword = compared[0]!.hash.slice("hash:".length)
    expect(await verifier.matches(decoyPassword, hash)).toBe(false)
  })

  it("again, after the decoy could not be made once", async () => {
    let isBroken = true
    const verifier = new PasswordVerifier({
      hash: async () => {
        if (isBroken) {
          throw new Error("out of memory")
        }
        return "hash:decoy"
      },
      verify: async (password, hash) => hash === `hash:${password}`,
    })

    await expect(verifier.matches("right", "hash:right")).rejects.toThrow("out of memory")
    isBroken = false
    expect(await verifier.matches("right", "hash:right")).toBe(true)
  })
})
