import { createHash, generateKeyPairSync } from "node:crypto"
import { generateJwtToken } from "@medusajs/framework/utils"
import { decodeResetToken, mintResetToken, readEmittedToken, readResetToken } from "../reset-token"

const http = { jwtSecret: "secret", jwtExpiresIn: "1d" } as never
const WHO = { entity_id: "jane@shop.example", actor_type: "customer", ttl: 900 }

const payloadOf = (token: string) =>
  JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString())

describe("a reset token", () => {
  it("is the kind of JWT that Medusa's admin decodes, and no session", () => {
    const { token, token_hash, expires_at } = mintResetToken(http, WHO)

    const { jti, iat, exp, ...claims } = payloadOf(token)
    expect(claims).toEqual({
      entity_id: WHO.entity_id,
      actor_type: "customer",
      provider: "emailpass",
      purpose: "reset",
    })
    expect(exp - iat).toBe(900)
    expect(expires_at.getTime()).toBe(exp * 1000)
    expect(Buffer.from(jti, "base64url")).toHaveLength(32)
    expect(token_hash).toBe(createHash("sha256").update(jti).digest("hex"))
  })

  it("is read back, expired or not", () => {
    const { token, token_hash, expires_at } = mintResetToken(http, WHO)

    expect(readResetToken(http, token, "customer")).toEqual({
      entity_id: WHO.entity_id,
      actor_type: "customer",
      token_hash,
      expires_at,
    })
    const old = mintResetToken(http, { ...WHO, ttl: -60 })
    expect(readResetToken(http, old.token, "customer")?.expires_at).toEqual(old.expires_at)
    expect(decodeResetToken(token)?.token_hash).toBe(token_hash)
    expect(readEmittedToken(http, token)?.token_hash).toBe(token_hash)
  })

  it("works with asymmetric keys", () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", {
      namedCurve: "P-256",
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    })
    const keys = {
      jwtSecret: privateKey,
      jwtPublicKey: publicKey,
      jwtOptions: { algorithm: "ES256", expiresIn: "1d", issuer: "shop" },
    } as never
    const { token } = mintResetToken(keys, WHO)

    expect(readResetToken(keys, token, "customer")?.entity_id).toBe(WHO.entity_id)
    expect(readResetToken(http, token, "customer")).toBeUndefined()
  })

  it("is nothing else that is signed with the same key", () => {
    const claims = { entity_id: "j", provider: "emailpass", actor_type: "customer", jti: "x" }
    const sign = (own: object) => generateJwtToken({ ...own }, { secret: "secret", expiresIn: 60 })

    for (const token of [
      sign(claims),
      sign({ ...claims, purpose: "verify" }),
      sign({ ...claims, purpose: "reset", provider: "google" }),
      sign({ ...claims, purpose: "reset", jti: undefined }),
      sign({ ...claims, purpose: "reset", actor_type: "user" }),
      "garbage",
      "a.b.c",
      "",
    ]) {
      expect(readResetToken(http, token, "customer")).toBeUndefined()
    }
    const reset = sign({ ...claims, purpose: "reset" })
    expect(readResetToken(http, reset, "*")).toBeUndefined()
    expect(readResetToken(http, "not.a.token", "customer")).toBeUndefined()
    expect(readResetToken(http, undefined, "customer")).toBeUndefined()
    const forged = mintResetToken({ jwtSecret: "another" } as never, WHO).token
    for (const token of ["a.b.c", "garbage", sign(claims), forged]) {
      expect(readEmittedToken(http, token)).toBeUndefined()
    }
    expect(decodeResetToken("a.b.c")).toBeUndefined()
    expect(decodeResetToken("garbage")).toBeUndefined()
  })
})
