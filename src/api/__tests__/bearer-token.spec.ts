import { generateJwtToken } from "@medusajs/framework/utils"
import { RESET_PAYLOAD, SESSION_PAYLOAD } from "../../domain/sessions/__tests__/payloads"
import { readSessionToken } from "../../domain/sessions/session"
import { bearerToken } from "../request-client"

const SECRET = "secret"
const sign = (payload: Record<string, unknown>, secret = SECRET) =>
  generateJwtToken(payload, { secret, expiresIn: "1d" })

const readBearer = (authorization: string | undefined) =>
  readSessionToken(bearerToken({ headers: { authorization } }))

describe("the session in an Authorization header", () => {
  it.each(["Bearer %", "bearer %", "BEARER   %", "Bearer\t%", " Bearer % "])(
    "is found in %j, as Medusa finds it",
    (header) => {
      const { generation, issued_at, ...who } = readBearer(
        header.replace("%", sign(SESSION_PAYLOAD)),
      )!

      expect(who).toEqual({ auth_identity_id: "authid_1" })
      expect(generation).toBe(3)
      expect(issued_at).toBeCloseTo(Date.now() / 1000, -2)
    },
  )

  it("is read whoever signed it, since to drop what has ended it need not be genuine", () => {
    expect(readBearer(`Bearer ${sign(SESSION_PAYLOAD, "another")}`)?.auth_identity_id).toBe(
      "authid_1",
    )
  })

  it.each([
    ["there is no header", undefined],
    ["it is empty", ""],
    ["there is no scheme", sign(SESSION_PAYLOAD)],
    ["the scheme is another", `Basic ${sign(SESSION_PAYLOAD)}`],
    ["the token is missing", "Bearer "],
    ["the token is none", "Bearer null"],
    ["it is a reset token", `Bearer ${sign(RESET_PAYLOAD)}`],
  ])("is none where %s", (_, header) => {
    expect(readBearer(header)).toBeUndefined()
  })
})
