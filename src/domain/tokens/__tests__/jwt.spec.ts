import { generateJwtToken } from "@medusajs/framework/utils"
import { decodePayload } from "../jwt"

const sign = (payload: Record<string, unknown>) =>
  generateJwtToken(payload, { secret: "secret", expiresIn: "1d" })

describe("the payload of a JWT", () => {
  it("is decoded, whatever characters it has", () => {
    const name = "ÿþý?>~ 🔑 Jörg"

    expect(sign({ name }).split(".")[1]).toMatch(/[-_]/)
    expect(decodePayload(sign({ name }))).toMatchObject({ name })
  })

  it.each([undefined, "", "garbage", "a.b.c", "..", "a..c", "e30"])("is none in %j", (token) => {
    expect(decodePayload(token)).toBeUndefined()
  })
})
