import { generateKeyPairSync } from "node:crypto"
import { withStore } from "../store"

const JANE = "jane@shop.example"
const BOSS = "boss@shop.example"
const { privateKey, publicKey } = generateKeyPairSync("ec", {
  namedCurve: "P-256",
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
})

withStore(
  "a store that signs with a private key",
  (store) => {
    const headerOf = (token: string) =>
      JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString())
    const bearer = (token: unknown) => ({ authorization: `Bearer ${String(token)}` })

    it("mails a link that works once, and ends the sessions from before", async () => {
      const publishable = await store.publishableKey()
      await store.register(JANE, "old-password")
      await store.becomeCustomer(JANE)
      const session = (await store.login(JANE, "old-password")).body.token
      const me = async (of: unknown) =>
        (await store.get("/store/customers/me", { ...publishable, ...bearer(of) })).status
      expect(await me(session)).toBe(200)

      const token = await store.tokenFor(JANE)

      expect(headerOf(token).alg).toBe("ES256")
      expect((await store.check(token)).status).toBe(200)
      expect((await store.update(token, { password: "new-password" })).status).toBe(200)
      expect((await store.update(token, { password: "new-password" })).body.code).toBe("token_used")
      expect(await me(session)).toBe(401)
      expect(await me((await store.login(JANE, "new-password")).body.token)).toBe(200)
    })

    it("takes no token that was signed with its public key as a shared secret", async () => {
      await store.register(JANE, "old-password")
      const token = await store.tokenFor(JANE)
      const claims = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString())
      const { exp, iat, ...rest } = claims as Record<string, unknown>
      expect([exp, iat]).toEqual([expect.any(Number), expect.any(Number)])
      const text = [{ alg: "HS256", typ: "JWT" }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
        .join(".")
      const { createHmac } = await import("node:crypto")
      const forged = `${text}.${createHmac("sha256", publicKey).update(text).digest("base64url")}`

      expect((await store.check(forged)).body.code).toBe("token_invalid")
      expect((await store.check(store.sign(rest))).body.code).toBe("token_invalid")
      expect((await store.check(token)).status).toBe(200)
    })

    it("emails the link of Medusa's own route as well, whose token works, too", async () => {
      await store.register(BOSS, "old-password", "user")
      const id = await store.becomeUser(BOSS)
      const boss = bearer((await store.login(BOSS, "old-password", "user")).body.token)
      const { body } = await store.post(`/admin/users/${id}/reset-password`, undefined, boss)
      await store.settled()

      expect((await store.check(String(body.token), "user")).status).toBe(200)
      const update = await store.update(String(body.token), { password: "new-password" }, "user")
      expect(update.status).toBe(200)
    })
  },
  ({ projectConfig }) => {
    Object.assign(projectConfig.http, {
      jwtSecret: privateKey,
      jwtPublicKey: publicKey,
      jwtOptions: { algorithm: "ES256", expiresIn: "1d" },
      jwtVerifyOptions: { algorithms: ["ES256"] },
    })
  },
)
