import { createHash } from "node:crypto"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Modules } from "@medusajs/framework/utils"
import Medusa from "@medusajs/js-sdk"
import { withStore } from "../store"

const JANE = "jane@shop.example"

const BREACHED = "nine-grey-herons"
/** A service like Have I Been Pwned that knows one password. It answers with padding. */
const breaches = createServer((request, response) => {
  const hash = createHash("sha1").update(BREACHED).digest("hex").toUpperCase()
  const isIts = request.url === `/range/${hash.slice(0, 5)}`
  response.end(`${"0".repeat(35)}:0\r\n${isIts ? `${hash.slice(5)}:42\r\n` : ""}`)
})
beforeAll(() => new Promise<void>((resolve) => breaches.listen(0, "127.0.0.1", resolve)))
afterAll(() => breaches.close())

withStore(
  "the rules for passwords",
  (store) => {
    const register = (body: object) => store.post("/auth/customer/emailpass/register", body)
    const codesOf = ({ body }: { body: Record<string, unknown> }) =>
      (body.reasons as { code: string }[]).map(({ code }) => code)

    describe("in a reset", () => {
      it("refuse with every reason, by code and in words, and leave the link alone", async () => {
        await store.register(JANE, "old-password")
        const token = await store.tokenFor(JANE)

        const refused = await store.update(token, { password: "1234567" })

        expect([refused.status, refused.body]).toEqual([
          400,
          {
            type: "invalid_data",
            code: "password_rejected",
            message:
              "Use at least 8 characters. This password is too common. Please choose another one.",
            reasons: [
              { code: "too_short", message: "Use at least 8 characters." },
              {
                code: "common",
                message: "This password is too common. Please choose another one.",
              },
            ],
          },
        ])
        expect((await store.check(token)).status).toBe(200)
        expect((await store.login(JANE, "old-password")).status).toBe(200)
        expect((await store.update(token, { password: "supersecret" })).status).toBe(200)
      })

      it("tell the shopper in the language that mails are written in", async () => {
        await store.register(JANE, "old-password")
        const token = await store.tokenFor(JANE)
        const told = async (headers: Record<string, string>) => {
          const { body } = await store.post(
            "/auth/customer/emailpass/update",
            { password: "1234567" },
            { authorization: `Bearer ${token}`, ...headers },
          )
          return body
        }

        expect(await told({ "accept-language": "tlh, de-AT;q=0.8, en;q=0.5" })).toMatchObject({
          message: expect.stringMatching(/^Verwenden Sie mindestens 8 Zeichen\. Dieses Passwort/),
          reasons: [{ code: "too_short", message: "Verwenden Sie mindestens 8 Zeichen." }, {}],
        })
        const headers = { "x-medusa-locale": "ja", "accept-language": "de" }
        expect((await told(headers)).message).toMatch(/^8文字以上/)
        const refused = await store.post(
          "/auth/customer/emailpass/register",
          { email: "joe@shop.example", password: "1234567" },
          { "accept-language": "fr" },
        )
        expect(refused.body.message).toMatch(/^Utilisez au moins 8 caractères/)
      })

      it.each([
        ["12345678", ["common"]],
        ["aaaaaaaaaaaa", ["too_weak"]],
        ["jane@shop.example", ["personal"]],
        ["cornershop1", ["personal"]],
        ["Hollister-9", ["personal"]],
        ["x".repeat(129), ["too_long"]],
        ["Our-Slogan-26", ["common"]],
      ])("refuse %j", async (password, codes) => {
        const customer = await store
          .container()
          .resolve(Modules.CUSTOMER)
          .createCustomers({ email: JANE, first_name: "Jane", last_name: "Hollister" })
        await store.storeAccount(JANE, { customer_id: customer.id })
        const token = await store.tokenFor(JANE)

        const refused = await store.update(token, { password })

        expect(refused.status).toBe(400)
        expect(codesOf(refused)).toEqual(codes)
      })

      it("are told to nobody who has no link", async () => {
        const answer = await store.update("garbage", { password: "1" })

        expect([answer.status, answer.body.code]).toEqual([401, "token_invalid"])
      })

      it("reach a user of the JS SDK in the message", async () => {
        const sdk = new Medusa({ baseUrl: store.url, auth: { type: "jwt" } })
        await store.register(JANE, "old-password")
        const token = await store.tokenFor(JANE)

        await expect(
          sdk.auth.updateProvider("customer", "emailpass", { password: "12345678" }, token),
        ).rejects.toThrow("This password is too common. Please choose another one.")
      })
    })

    describe("in a registration", () => {
      it("refuse as in a reset, and nothing is registered", async () => {
        const refused = await register({ email: JANE, password: "jane@shop.example" })

        expect([refused.status, refused.body.code]).toEqual([400, "password_rejected"])
        expect(codesOf(refused)).toEqual(["personal"])
        expect(await store.container().resolve(Modules.AUTH).listProviderIdentities()).toEqual([])
      })

      it("leave other faults to Medusa", async () => {
        const noPassword = await register({ email: JANE })
        const noAddress = await register({ password: "1" })

        expect([noPassword.status, noPassword.body.message]).toEqual([
          401,
          "Password should be a string",
        ])
        expect([noAddress.status, noAddress.body.message]).toEqual([
          401,
          "Email should be a string",
        ])
      })

      it("hold for the store's own code as well, in words", async () => {
        const auth = store.container().resolve(Modules.AUTH)
        const body = { email: JANE, password: "12345678" }

        expect(await auth.register("emailpass", { body } as never)).toEqual({
          success: false,
          error: "This password is too common. Please choose another one.",
        })
        await store.register(JANE, "old-password")
        expect(await auth.updateProvider("emailpass", { entity_id: JANE, ...body })).toEqual({
          success: false,
          error: "This password is too common. Please choose another one.",
        })
        expect((await store.login(JANE, "old-password")).status).toBe(200)
      })
    })

    describe("for what is typed", () => {
      const composed = "pässwört-für-jané"
      const decomposed = composed.normalize("NFD")

      it("let either form of the same characters sign in", async () => {
        await store.register(JANE, decomposed)

        expect((await store.login(JANE, composed)).status).toBe(200)
        expect((await store.login(JANE, decomposed)).status).toBe(200)
        const token = await store.tokenFor(JANE)
        await store.update(token, { password: `${decomposed}-2` })
        expect((await store.login(JANE, `${composed}-2`)).status).toBe(200)
        expect((await store.login(JANE, composed)).status).toBe(401)
      })

      it("let an old hash of the other form verify, and an old weak password sign in", async () => {
        const scrypt = require("scrypt-kdf")
        for (const [address, password] of [
          ["joe@shop.example", decomposed],
          ["ann@shop.example", "1"],
        ] as const) {
          const hash = await scrypt.kdf(password, { logN: 15, r: 8, p: 1 })
          await store.storeAccount(address, {}, hash.toString("base64"))

          expect((await store.login(address, password)).status).toBe(200)
        }
      })
    })

    it("take a password as it is: letter by letter, and to its end", async () => {
      const long = "a-long-Password-".repeat(6)
      await store.register(JANE, `${long}1`)

      expect((await store.login(JANE, `${long}2`)).status).toBe(401)
      expect((await store.login(JANE, `${long}1`.toLowerCase())).status).toBe(401)
      expect((await store.login(JANE, ` ${long}1`)).status).toBe(401)
      expect((await store.login(JANE, `${long}1`)).status).toBe(200)
    })

    it("refuse what is known from breaches, in a reset and a registration", async () => {
      expect(codesOf(await register({ email: "joe@shop.example", password: BREACHED }))).toEqual([
        "breached",
      ])
      await store.register(JANE, "old-password")
      const token = await store.tokenFor(JANE)

      expect(codesOf(await store.update(token, { password: BREACHED }))).toEqual(["breached"])
      expect((await store.update(token, { password: `${BREACHED}!` })).status).toBe(200)
    })

    it("are told to a form that asks", async () => {
      const { status, body } = await store.get("/auth/customer/emailpass/password-policy")

      expect([status, body]).toEqual([
        200,
        { min_length: 8, max_length: 128, min_strength: 1, blocklist: true, breached: true },
      ])
    })
  },
  ({ modules }) => {
    const { options } = modules.passwordReset!
    const { port } = breaches.address() as AddressInfo
    options.password = {
      blocklist: ["our-slogan-26"],
      breached: `http://127.0.0.1:${port}`,
    }
    options.email = { branding: { storeName: "Cornershop" } }
    modules.auth!.options.providers[0].options = {} // Real hashes, not the cheap ones of the other tests.
  },
)
