import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import Medusa from "@medusajs/js-sdk"
import { revokeApiKeysWorkflow } from "@medusajs/medusa/core-flows"
import { linkIn, until } from "../inbox"
import { type Answer, type TestStore, withStore } from "../store"

const JANE = "jane@shop.example"
const NOBODY = "nobody@shop.example"
const OLD = "old-password"
const NEW = "new-password-1"
const DAY = 86_400
const FORGOT = "/api/shop/customers/forgot-password"
const RESET = "/api/shop/customers/reset-password"
const STOREFRONT = "http://localhost:8000" // `storeCors`
const SENT = { message: "Reset password link has been sent to your email" }
const DONE = { message: "Password has been successfully reset" }
const BAD_TOKEN = {
  message: "This password reset token is invalid.",
  errors: { email: ["This password reset token is invalid."] },
}

/** Sends requests as a Bagisto storefront does. */
const speakerOf = (store: TestStore) => {
  const keyOf = async () => {
    const { "x-publishable-api-key": token } = await store.publishableKey()
    return { "X-STOREFRONT-KEY": token! }
  }
  const speaker = {
    key: {} as Record<string, string>,
    keyOf,
    forgot: (email: unknown, headers: Record<string, string> = {}) =>
      store.post(FORGOT, { email }, { ...speaker.key, ...headers }),
    reset: (body: object, headers: Record<string, string> = {}, method = "POST") =>
      store.request(
        method,
        RESET,
        { email: JANE, password: NEW, password_confirmation: NEW, ...body },
        { ...speaker.key, ...headers },
      ),
    mailFor: async (email: string) => {
      const before = store.inbox.mails.length
      await speaker.forgot(email)
      await until(() => store.inbox.mails.length > before, `a mail for ${email}`)
      await store.settled()
      return store.inbox.mails.at(-1)!
    },
    tokenFor: async (email: string) => linkIn(await speaker.mailFor(email)).token,
  }
  return speaker
}

const seen = ({ status, body }: Answer) => ({ status, body })

withStore(
  "Bagisto",
  (store) => {
    const shop = speakerOf(store)

    beforeEach(async () => {
      shop.key = await shop.keyOf()
      await store.register(JANE, OLD)
      await store.becomeCustomer(JANE)
    })

    describe("forgot-password", () => {
      it("answers as Bagisto does, to be kept by no cache", async () => {
        const answer = await shop.forgot(JANE)

        expect(seen(answer)).toEqual({ status: 200, body: SENT })
        expect(answer.headers.get("cache-control")).toBe("no-store")
        expect(answer.headers.get("referrer-policy")).toBe("no-referrer")
        expect(answer.headers.get("set-cookie")).toBeNull()
      })

      it("answers the same for an address that nobody has, and mails nothing", async () => {
        const headersOf = ({ headers }: Answer) =>
          Object.fromEntries([...headers].filter(([name]) => name !== "date"))
        const known = await shop.forgot(JANE)
        const unknown = await shop.forgot(NOBODY)
        await store.settled()

        expect(seen(unknown)).toEqual(seen(known))
        expect(headersOf(unknown)).toEqual(headersOf(known))
        expect(store.inbox.mails.flatMap(({ recipients }) => recipients)).toEqual([JANE])
        expect((await store.resets()).map(({ status }) => status)).toEqual(["ignored", "sent"])
      })

      it.each([
        ["no address", undefined, "The email field is required."],
        ["nothing", null, "The email field is required."],
        ["an empty address", " ", "The email field is required."],
        ["what is no address", "jane", "The email field must be a valid email address."],
        ["what is no text", 7, "The email field must be a valid email address."],
        ["a list", [JANE], "The email field must be a valid email address."],
        ["a NUL", "ja\0ne@shop.example", "The email field must be a valid email address."],
        [
          "what is too long",
          `${"a".repeat(320)}@shop.example`,
          "The email field must be a valid email address.",
        ],
      ])("refuses %s", async (_, email, message) => {
        expect(seen(await shop.forgot(email))).toEqual({
          status: 400,
          body: { message, errors: { email: [message] } },
        })
        expect(await store.resets()).toEqual([])
      })

      it("takes a form and a list for what they are", async () => {
        const form = await store.post(FORGOT, `email=${encodeURIComponent(JANE)}`, {
          ...shop.key,
          "content-type": "application/x-www-form-urlencoded",
        })
        const list = await store.post(FORGOT, [{ email: JANE }], shop.key)

        expect([form.status, list.status]).toEqual([200, 400])
      })

      it("mails link, expiry, instructions and a security note", async () => {
        const mail = await shop.mailFor(JANE)
        const { url, token } = linkIn(mail)

        expect(mail.recipients).toEqual([JANE])
        expect(url.href).toMatch(/^http:\/\/localhost:8000\/reset-password\?/)
        expect(url.searchParams.get("email")).toBe(JANE)
        expect(token).not.toBe("")
        expect(mail.text).toContain("The link works once, and for 24 hours.")
        expect(mail.text).toContain("Choose a new password")
        expect(mail.text).toContain("If this was not you, just ignore this mail")
        expect(mail.text).toContain("Do not pass the link on to anybody.")
      })

      it("makes links that live for a day, while others live as ever", async () => {
        const lifetime = async () => {
          const [row] = await store.resets()
          return (new Date(row!.expires_at!).getTime() - new Date(row!.issued_at!).getTime()) / 1000
        }
        const token = await shop.tokenFor(JANE)
        const { exp } = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString())
        const [row] = await store.resets()

        expect(Math.abs((await lifetime()) - DAY)).toBeLessThanOrEqual(2)
        expect(new Date(row!.expires_at!).getTime()).toBe(exp * 1000)
        expect(row).toMatchObject({ dialect: "bagisto", token_ttl: DAY, actor_type: "customer" })
        await store.tokenFor(JANE)
        expect(Math.abs((await lifetime()) - 900)).toBeLessThanOrEqual(2)
      })

      it("writes in the language of whoever asks", async () => {
        await shop.forgot(JANE, { "accept-language": "de-AT,en;q=0.5" })
        const [mail] = await store.inbox.mailsFor(JANE)

        expect(mail!.text).toContain("24 Stunden")
      })
    })

    describe("reset-password", () => {
      it.each(["POST", "PUT"])("sets the password by %s, and signs nobody in", async (method) => {
        const token = await shop.tokenFor(JANE)
        const answer = await shop.reset({ token }, {}, method)

        expect(seen(answer)).toEqual({ status: 200, body: DONE })
        expect(answer.headers.get("cache-control")).toBe("no-store")
        expect(answer.headers.get("referrer-policy")).toBe("no-referrer")
        expect(answer.headers.get("set-cookie")).toBeNull()
        expect((await store.login(JANE, OLD)).status).toBe(401)
        expect((await store.login(JANE, NEW)).status).toBe(200)
        expect(await store.resets()).toMatchObject([{ status: "completed" }])
      })

      it("takes the confirmation as the documentation spells it", async () => {
        const token = await shop.tokenFor(JANE)
        const body = { token, password_confirmation: undefined }
        const wrong = await shop.reset({ ...body, passwordConfirmation: "another" })
        const right = await shop.reset({ ...body, passwordConfirmation: NEW })

        expect([wrong.status, right.status]).toEqual([422, 200])
      })

      it("takes the address however it is written", async () => {
        const token = await shop.tokenFor(JANE)

        expect((await shop.reset({ token, email: " JANE@Shop.Example " })).status).toBe(200)
      })

      it("tells the account's owner of it", async () => {
        await shop.reset({ token: await shop.tokenFor(JANE) }, { "user-agent": "curl/8.5.0" })
        const [, told] = await store.inbox.mailsFor(JANE, 2)

        expect(told!.subject).toContain("was changed")
        expect(told!.text).toContain("127.0.0.1")
      })

      it("names every field that is missing", async () => {
        const answer = await store.post(RESET, {}, shop.key)

        expect(seen(answer)).toEqual({
          status: 422,
          body: {
            message: "The email field is required. (and 2 more errors)",
            errors: {
              email: ["The email field is required."],
              token: ["The token field is required."],
              password: ["The password field is required."],
            },
          },
        })
      })

      it.each([
        ["token", null, "The token field is required."],
        ["token", 7, "The token field must be a string."],
        ["email", "jane", "The email field must be a valid email address."],
        ["password", "", "The password field is required."],
        ["password", { a: 1 }, "The password field must be a string."],
        ["password_confirmation", "another", "The password field confirmation does not match."],
        ["password_confirmation", null, "The password field confirmation does not match."],
      ])("refuses as %s %p", async (field, value, message) => {
        const token = await shop.tokenFor(JANE)
        const named = field === "password_confirmation" ? "password" : field

        expect(seen(await shop.reset({ token, [field]: value }))).toEqual({
          status: 422,
          body: { message, errors: { [named]: [message] } },
        })
        expect((await shop.reset({ token })).status).toBe(200)
      })

      it("lists every reason against a password, and keeps the link", async () => {
        const token = await shop.tokenFor(JANE)
        const answer = await shop.reset({ token, password: "jane", password_confirmation: "jane" })
        const { message, errors } = answer.body as { message: string; errors: object }
        const native = await store.update(token, { password: "jane" })
        const reasons = native.body.reasons as { message: string }[]

        expect(answer.status).toBe(422)
        expect(reasons.length).toBeGreaterThan(1)
        expect(errors).toEqual({ password: reasons.map((reason) => reason.message) })
        const others = reasons.length - 1
        expect(message).toBe(
          `${reasons[0]!.message} (and ${others} more error${others > 1 ? "s" : ""})`,
        )
        expect(Object.keys(answer.body)).toEqual(["message", "errors"])
        expect((await shop.reset({ token })).status).toBe(200)
      })

      it("answers every bad token the same", async () => {
        const first = await shop.tokenFor(JANE)
        const second = await shop.tokenFor(JANE)
        await store.register("john@shop.example", OLD)
        const answers = {
          malformed: await shop.reset({ token: "no token at all" }),
          forged: await shop.reset({ token: `${second.slice(0, -4)}AAAA` }),
          superseded: await shop.reset({ token: first }),
          "of another": await shop.reset({ token: second, email: "john@shop.example" }),
          "for nobody": await shop.reset({ token: second, email: NOBODY }),
          "of an operator": await shop.reset({
            token: await store.coreTokenWithoutMail(JANE, "user"),
          }),
          expired: await (async () => {
            const third = await shop.tokenFor(JANE)
            await store.sql(
              `UPDATE password_reset SET expires_at = now() - interval '1 second' WHERE status = 'sent'`,
            )
            return shop.reset({ token: third })
          })(),
          used: await (async () => {
            const fourth = await shop.tokenFor(JANE)
            expect((await shop.reset({ token: fourth })).status).toBe(200)
            return shop.reset({ token: fourth })
          })(),
        }

        for (const [kind, answer] of Object.entries(answers)) {
          expect({ kind, ...seen(answer) }).toEqual({ kind, status: 422, body: BAD_TOKEN })
        }
        expect((await store.login(JANE, NEW)).status).toBe(200)
      })

      it("lets one of many at once through", async () => {
        const token = await shop.tokenFor(JANE)
        const answers = await Promise.all(Array.from({ length: 10 }, () => shop.reset({ token })))

        expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
        expect(answers.filter(({ status }) => status === 422)).toHaveLength(9)
      })
    })

    it("lets nothing but the newest link work, whoever asked for it", async () => {
      const bagistos = await shop.tokenFor(JANE)
      const own = await store.tokenFor(JANE)
      expect(seen(await shop.reset({ token: bagistos }))).toEqual({ status: 422, body: BAD_TOKEN })

      const newest = await shop.tokenFor(JANE)
      expect((await store.update(own, { password: NEW })).body.code).toBe("token_superseded")
      expect((await shop.reset({ token: newest })).status).toBe(200)
    })

    it("starts what the JS SDK completes", async () => {
      const token = await shop.tokenFor(JANE)
      const sdk = new Medusa({ baseUrl: store.url })
      await sdk.auth.updateProvider("customer", "emailpass", { password: NEW }, token)

      expect((await store.login(JANE, NEW)).status).toBe(200)
      expect(seen(await shop.reset({ token }))).toEqual({ status: 422, body: BAD_TOKEN })
    })

    describe.each([FORGOT, RESET])("the key of %s", (path) => {
      const ask = (headers: Record<string, string>) => store.post(path, { email: "jane" }, headers)
      const INVALID = { message: "The X-STOREFRONT-KEY is not valid" }
      const keyRow = async () => {
        const [row] = await store.sql<{ id: string }>("SELECT id FROM api_key WHERE token = ?", [
          shop.key["X-STOREFRONT-KEY"]!,
        ])
        return row!.id
      }

      it("is needed", async () => {
        const token = shop.key["X-STOREFRONT-KEY"]!
        for (const headers of [
          {},
          { "x-storefront-key": "" },
          { "x-publishable-api-key": token },
        ]) {
          expect(seen(await ask(headers as Record<string, string>))).toEqual({
            status: 401,
            body: { message: "The header X-STOREFRONT-KEY is required" },
          })
        }
      })

      it("is a publishable one, and no other", async () => {
        const { token } = await store.apiKey("secret")
        for (const key of ["pk_wrong", "%", token]) {
          expect(seen(await ask({ "X-STOREFRONT-KEY": key }))).toEqual({
            status: 401,
            body: INVALID,
          })
        }
      })

      it("is refused once it is revoked, and not before", async () => {
        const { run } = revokeApiKeysWorkflow(store.container())
        const id = await keyRow()
        await run({ input: { selector: { id }, revoke: { revoked_by: "boss", revoke_in: 3600 } } })
        expect((await ask(shop.key)).status).not.toBe(401)

        await store.sql("UPDATE api_key SET revoked_at = now() WHERE id = ?", [id])
        expect(seen(await ask(shop.key))).toEqual({ status: 401, body: INVALID })
      })
    })

    describe.each([
      [FORGOT, "POST"],
      [RESET, "POST,PUT"],
    ])("pages that ask %s", (path, methods) => {
      const preflight = (origin: string) =>
        store.request("OPTIONS", path, undefined, {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": "content-type,x-storefront-key",
        })
      const allowed = ({ headers }: Answer) => headers.get("access-control-allow-origin")

      it("may, if they are the storefront's", async () => {
        const { status, headers } = await preflight(STOREFRONT)

        expect(status).toBe(204)
        expect(headers.get("access-control-allow-origin")).toBe(STOREFRONT)
        expect(headers.get("access-control-allow-credentials")).toBe("true")
        expect(headers.get("access-control-allow-methods")).toBe(methods)
        expect(headers.get("access-control-allow-headers")).toBe("content-type,x-storefront-key")
        expect(headers.get("vary")).toContain("Origin")
        expect(allowed(await store.post(path, {}, { ...shop.key, origin: STOREFRONT }))).toBe(
          STOREFRONT,
        )
        expect(allowed(await store.post(path, {}, { origin: STOREFRONT }))).toBe(STOREFRONT)
      })

      it("may not, if they are anybody else's", async () => {
        const { status, headers } = await preflight("https://evil.example")

        expect(status).toBe(204)
        expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([])
        expect(
          allowed(await store.post(path, {}, { ...shop.key, origin: "https://evil.example" })),
        ).toBeNull()
      })
    })

    it("answers faults that are not the form's by their message alone", async () => {
      const { http } = store
        .container()
        .resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
      const { authMethodsPerActor } = http
      http.authMethodsPerActor = { customer: ["google"] } as never
      const answers = [await shop.forgot(JANE), await shop.reset({ token: "any" })]
      http.authMethodsPerActor = authMethodsPerActor

      const message = "The actor type customer is not allowed to use the auth provider emailpass"
      expect(answers.map(seen)).toEqual([
        { status: 400, body: { message } },
        { status: 400, body: { message } },
      ])
    })

    it("leaves what is no JSON to Medusa, which reads bodies before any route does", async () => {
      for (const path of [FORGOT, RESET]) {
        expect(seen(await store.post(path, "{", shop.key))).toEqual({
          status: 400,
          body: { type: "invalid_data", message: expect.any(String) },
        })
      }
    })

    it("has no other methods", async () => {
      for (const [method, path] of [
        ["GET", FORGOT],
        ["PUT", FORGOT],
        ["GET", RESET],
        ["DELETE", RESET],
      ] as const) {
        expect((await store.request(method, path, undefined, shop.key)).status).toBe(404)
      }
    })
  },
  ({ modules }) => {
    Object.assign(modules.passwordReset!.options, { dialects: ["bagisto"] })
  },
)
