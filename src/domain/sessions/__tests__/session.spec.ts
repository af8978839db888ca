import { generateKeyPairSync } from "node:crypto"
import { PASSWORD_GENERATION } from "../../database/medusa/generations"
import { generationOf, readSession, sessionLifetime } from "../session"
import { SessionCutoffs } from "../session-cutoffs"
import { RESET_PAYLOAD, SESSION_PAYLOAD } from "./payloads"

const SECRET = "secret"

describe("a session", () => {
  it("says whose it is, of which password and from when", () => {
    expect(readSession({ ...SESSION_PAYLOAD, iat: 1_800_000_000 })).toEqual({
      auth_identity_id: "authid_1",
      generation: 3,
      issued_at: 1_800_000_000,
    })
  })

  it("is of the first password where it says nothing of any, and of no time", () => {
    expect(readSession({ auth_identity_id: "authid_1", iat: "now" })).toEqual({
      auth_identity_id: "authid_1",
      generation: 0,
      issued_at: undefined,
    })
  })

  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a text", "authid_1"],
    ["a number", 7],
    ["a list", [SESSION_PAYLOAD]],
    ["a reset token", RESET_PAYLOAD],
    ["somebody without an account", { auth_identity_id: "" }],
  ])("is not %s", (_, payload) => {
    expect(readSession(payload)).toBeUndefined()
  })

  it.each(["auth0|x", "user:x", "x".repeat(65), "x".repeat(5000), "é", " "])(
    "may be of an account with whatever id: %.20s",
    (id) => {
      expect(readSession({ auth_identity_id: id })?.auth_identity_id).toBe(id)
    },
  )

  it.each([[7], [{ $ne: "" }], [["authid_1"]], ["a\0b"]])(
    "of an account that can't be read has ended: %j",
    async (auth_identity_id) => {
      const claims = readSession({ auth_identity_id })!
      const cutoffs = new SessionCutoffs({} as never, 3600, () => undefined)
      expect(cutoffs.stateOf(claims)).toBe("ended")
      expect(await cutoffs.hasEnded(claims)).toBe(true)
    },
  )
})

describe("which of an account's passwords it is", () => {
  it.each([
    [{ [PASSWORD_GENERATION]: 1 }, 1],
    [{ [PASSWORD_GENERATION]: 41, customer_id: "cus_1" }, 41],
    [{ [PASSWORD_GENERATION]: 0 }, 0],
    [{ [PASSWORD_GENERATION]: "3" }, 0],
    [{ [PASSWORD_GENERATION]: null }, 0],
    [{ customer_id: "cus_1" }, 0],
    [{}, 0],
    [null, 0],
    [undefined, 0],
    ["3", 0],
  ])("%j says %d", (app_metadata, generation) => {
    expect(generationOf(app_metadata)).toBe(generation)
  })
})

describe("the longest session of a shop", () => {
  const HOUR = 3600
  const DAY = 24 * HOUR

  const lifetime = (http: Record<string, unknown>, ttl?: number) =>
    sessionLifetime({
      http: { jwtSecret: SECRET, ...http },
      sessionOptions: ttl === undefined ? undefined : { ttl },
    } as never)

  it("is the token's where the cookie's is shorter", () => {
    expect(lifetime({ jwtExpiresIn: "1d" })).toBe(DAY)
    expect(lifetime({ jwtExpiresIn: "1d" }, HOUR * 1000)).toBe(DAY)
    expect(lifetime({ jwtOptions: { expiresIn: 2 * DAY } })).toBe(2 * DAY)
    expect(lifetime({ jwtExpiresIn: "1d", jwtOptions: { expiresIn: "2d" } })).toBe(DAY)
  })

  it("is the cookie's where the token's is shorter: 10 hours, or what the store says", () => {
    expect(lifetime({ jwtExpiresIn: "1h" })).toBe(10 * HOUR)
    expect(lifetime({ jwtExpiresIn: "1h" }, 2 * DAY * 1000)).toBe(2 * DAY)
    expect(lifetime({ jwtExpiresIn: "1h" }, 2 * HOUR * 1000)).toBe(2 * HOUR)
  })

  it("ends after 30 days, also where tokens never do", () => {
    expect(lifetime({})).toBe(30 * DAY)
    expect(lifetime({ jwtSecret: undefined, jwtExpiresIn: "1d" })).toBe(30 * DAY)
    expect(lifetime({ jwtExpiresIn: "1y" })).toBe(30 * DAY)
    expect(lifetime({ jwtExpiresIn: "1d" }, 365 * DAY * 1000)).toBe(30 * DAY)
    expect(lifetime({ jwtOptions: { expiresIn: "1d", noTimestamp: true } })).toBe(30 * DAY)
  })

  it("is found with asymmetric keys, too", () => {
    const { privateKey } = generateKeyPairSync("ec", {
      namedCurve: "P-256",
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    })

    expect(
      lifetime({
        jwtSecret: privateKey,
        jwtOptions: { algorithm: "ES256", expiresIn: "3d", issuer: "shop" },
      }),
    ).toBe(3 * DAY)
  })
})
