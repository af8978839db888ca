import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { linkIn, until } from "../inbox"
import { type Answer, answersTo, narrowLimits, type TestStore, withStore } from "../store"

const JANE = "jane@shop.example"
const JOHN = "john@shop.example"
const NOBODY = "nobody@shop.example"
const NEW = "new-password-1"
const REQUEST = "/store/customers/password-token"
const RESET = "/store/customers/password-reset"
const BAD_TOKEN = { type: "unauthorized", message: "Invalid or expired password reset token" }

/**
 * The last client for Medusa v1, as published on npm. It is loaded without its types, because these pull in
 * Medusa's whole package and expect that of v1.
 */
const Medusa = require("@medusajs/medusa-js").default

const clientOf = (store: TestStore, key: Record<string, string>) =>
  new Medusa({
    baseUrl: store.url,
    maxRetries: 0,
    publishableApiKey: key["x-publishable-api-key"],
  })

const PER_IP = 12
const PER_IDENTIFIER = 6

/** A new client address for each test, so that no test uses up another's limits. */
let nextNetwork = 0
const network = () => ({ "x-forwarded-for": `192.0.${++nextNetwork}.1` })

/** The response in the AxiosError that v1's client throws. */
const errorIn = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    ({ response }) => response as { status: number; data: Record<string, unknown> },
  )
  return { status: error?.status, body: error?.data }
}

withStore(
  "Medusa v1",
  (store) => {
    let key: Record<string, string>
    let janeId: string
    const told: Record<string, unknown>[] = []
    const hear = async ({ data }: { data: unknown }) => {
      told.push(data as Record<string, unknown>)
    }
    const listener = { subscriberId: "of-a-v1-store" }
    const bus = () => store.container().resolve(Modules.EVENT_BUS)
    const customers = () => store.container().resolve(Modules.CUSTOMER)

    beforeEach(async () => {
      key = { ...(await store.publishableKey()), ...network() }
      await store.register(JANE, "old-password")
      janeId = await store.becomeCustomer(JANE)
      await customers().updateCustomers(janeId, {
        first_name: "Jane",
        last_name: "Doe",
        phone: "555",
        metadata: { size: "M" },
      })
      told.length = 0
      bus().subscribe("customer.password_reset", hear, listener)
    })
    afterEach(() => {
      bus().unsubscribe("customer.password_reset", hear, listener)
    })

    const ask = (body: unknown, headers: Record<string, string> = {}) =>
      store.post(REQUEST, body, { ...key, ...headers })
    const reset = (body: object) => store.post(RESET, { email: JANE, password: NEW, ...body }, key)
    const askForMail = async (email = JANE) => {
      const before = store.inbox.mails.length
      await ask({ email })
      await until(() => store.inbox.mails.length > before, `a mail for ${email}`)
      await store.settled()
      return store.inbox.mails.at(-1)!
    }
    const tokenFor = async (email = JANE) => linkIn(await askForMail(email)).token
    const answersWith = (answer: Answer, status: number, body: object) =>
      expect([answer.status, answer.body]).toEqual([status, body])

    describe("its own client", () => {
      it("asks for a link and sets a password with it", async () => {
        const client = clientOf(store, key)
        const asked = await client.customers.generatePasswordToken({ email: JANE })
        expect(asked.response.status).toBe(204)
        const [mail] = await store.inbox.mailsFor(JANE)
        await store.settled()

        const { customer, response } = await client.customers.resetPassword({
          email: JANE,
          password: NEW,
          token: linkIn(mail!).token,
        })

        expect(response.status).toBe(200)
        expect(customer).toEqual({
          id: janeId,
          email: JANE,
          first_name: "Jane",
          last_name: "Doe",
          billing_address_id: null,
          phone: "555",
          has_account: true,
          metadata: { size: "M" },
          created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
          updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
          deleted_at: null,
        })
        expect((await store.login(JANE, NEW)).status).toBe(200)
        expect((await store.login(JANE, "old-password")).status).toBe(401)
      })

      it("is told of a bad token, a bad password and a bad address", async () => {
        const { customers } = clientOf(store, key)
        const token = await tokenFor()
        const body = { email: JANE, password: NEW, token }

        expect(await errorIn(customers.resetPassword({ ...body, token: "no-token" }))).toEqual({
          status: 401,
          body: BAD_TOKEN,
        })
        expect(
          await errorIn(customers.resetPassword({ ...body, password: "short" })),
        ).toMatchObject({ status: 400, body: { type: "invalid_data", code: "password_rejected" } })
        expect(await errorIn(customers.generatePasswordToken({ email: "jane" }))).toMatchObject({
          status: 400,
          body: { type: "invalid_data" },
        })
        expect((await customers.resetPassword(body)).customer.id).toBe(janeId)
      })

      it("is let in from the storefront's origin", async () => {
        const { origin } = new URL(process.env.STOREFRONT_URL ?? "http://localhost:8000")
        const preflight = await store.request("OPTIONS", REQUEST, undefined, {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": "content-type,x-publishable-api-key",
        })

        expect(preflight.status).toBe(204)
        expect(preflight.headers.get("access-control-allow-origin")).toBe(origin)
        expect(preflight.headers.get("access-control-allow-credentials")).toBe("true")
        expect(preflight.headers.get("access-control-allow-headers")).toContain(
          "x-publishable-api-key",
        )
      })
    })

    describe("a request", () => {
      it("is answered alike for everybody", async () => {
        await store.register(JOHN, "old-password") // He has an account, but is no customer.
        const seen = async (email: string) => {
          const { status, body, headers } = await ask({ email })
          return { status, body, headers: [...headers].filter(([name]) => name !== "date") }
        }
        const known = await seen(JANE)

        expect(known).toMatchObject({ status: 204, body: { text: "" } })
        expect(Object.fromEntries(known.headers)).toMatchObject({
          "cache-control": "no-store",
          "referrer-policy": "no-referrer",
        })
        expect(await seen(NOBODY)).toEqual(known)
        expect(await seen(JOHN)).toEqual(known)
        await until(async () => (await store.resets()).every(({ due_at }) => !due_at), "the worker")
        const ends = (await store.resets()).map(({ status, dialect }) => [status, dialect])
        expect(ends.reverse()).toEqual([
          ["sent", "medusa-v1"],
          ["ignored", "medusa-v1"],
          ["ignored", "medusa-v1"],
        ])
      })

      it("that is none is refused", async () => {
        for (const body of [
          undefined,
          {},
          { email: "jane" },
          { email: "jane@" },
          { email: "jane doe@shop.example" },
          { email: 1 },
          { email: "jane\0@shop.example" },
          { email: `${"j".repeat(400)}@shop.example` },
          { email: JANE, token: "t" },
          "{",
        ]) {
          const { status, body: answer } = await ask(body, { "content-type": "application/json" })
          expect([body, status, answer.type]).toEqual([body, 400, "invalid_data"])
          expect(answer.message).toEqual(expect.any(String))
        }
        expect(await store.resets()).toEqual([])
      })

      it("needs a publishable key, as every route of the store does", async () => {
        for (const path of [REQUEST, RESET]) {
          const answer = await store.post(path, { email: JANE })
          expect([answer.status, answer.body.type]).toEqual([400, "not_allowed"])
        }
        expect(await store.resets()).toEqual([])
      })

      it("finds the account in whatever case, and writes in the reader's language", async () => {
        await ask({ email: " JANE@Shop.Example " }, { "accept-language": "de-AT,en;q=0.5" })
        const [mail] = await store.inbox.mailsFor(JANE)

        expect(mail!.subject).toMatch(/Passwort/)
        expect(linkIn(mail!).url.searchParams.get("email")).toBe(JANE)
      })

      it("gives its link the time that is set for the dialect", async () => {
        await tokenFor()
        const [row] = await store.resets()
        const seconds = (row!.expires_at!.getTime() - row!.issued_at!.getTime()) / 1000

        expect(Math.abs(seconds - 1200)).toBeLessThan(5)
      })

      it("tells the store's v1 subscribers", async () => {
        const token = await tokenFor()
        await until(() => told.length > 0, "the event")

        expect(told).toEqual([
          { id: janeId, email: JANE, first_name: "Jane", last_name: "Doe", token },
        ])
      })

      it("tells them nothing of others: asked elsewhere, nobody, no customer, another address", async () => {
        await store.register(JOHN, "old-password")
        await store.requestReset(JANE)
        await ask({ email: NOBODY })
        await ask({ email: JOHN })
        await store.settled()
        await customers().updateCustomers(janeId, { email: "elsewhere@shop.example" })
        await ask({ email: JANE })
        await store.settled()
        await new Promise((resolve) => setTimeout(resolve, 300))

        const [last] = await store.sql(
          "SELECT status, identifier FROM password_reset ORDER BY id DESC LIMIT 1",
        )
        expect(last).toEqual({ status: "ignored", identifier: expect.not.stringContaining("@") })
        expect(told).toEqual([])
        expect(store.inbox.mails).toHaveLength(1) // That of the request that did not use v1's API.
      })
    })

    describe("a reset", () => {
      it("ends what came before, and keeps no secret in an answer", async () => {
        const { body: session } = await store.login(JANE, "old-password")
        const token = await tokenFor()
        const answer = await reset({ token })

        expect(answer.status).toBe(200)
        expect(answer.headers.get("cache-control")).toBe("no-store")
        expect(answer.headers.get("referrer-policy")).toBe("no-referrer")
        expect(answer.headers.get("set-cookie")).toBeNull()
        expect(JSON.stringify(answer.body)).not.toMatch(/token|password|hash/)
        const me = await store.get("/store/customers/me", {
          ...key,
          authorization: `Bearer ${session.token}`,
        })
        expect(me.status).toBe(401)
        const [notice] = await store.notices()
        expect(notice).toMatchObject({ reason: "reset", actor_type: "customer", entity_id: JANE })
        expect(notice!.ip).toEqual(expect.any(String))
      })

      it("shows which address bills are sent to, and no address itself", async () => {
        const [address] = await customers().createCustomerAddresses([
          { customer_id: janeId, address_1: "Main Street 1", is_default_billing: true },
        ])
        const { body } = await reset({ token: await tokenFor() })

        expect(body.customer).toMatchObject({ billing_address_id: address!.id })
        expect(JSON.stringify(body)).not.toContain("Main Street")
      })

      it("that is none is refused, in words that quote no secret", async () => {
        for (const body of [
          undefined,
          { email: JANE, password: NEW },
          { email: JANE, password: NEW, token: "" },
          { email: JANE, password: NEW, token: { a: 1 } },
          { email: JANE, token: "t" },
          { email: JANE, token: "t", password: 12345678 },
          { password: NEW, token: "t" },
          { email: NEW, password: NEW, token: "t" },
          { email: JANE, password: NEW, token: "t", id: NEW },
        ]) {
          const headers = { ...key, "content-type": "application/json" }
          const { status, body: answer } = await store.post(RESET, body, headers)
          expect([body, status, answer.type]).toEqual([body, 400, "invalid_data"])
          expect(answer.message).not.toMatch(/new-password|12345678/)
        }
      })

      it("with a weak password is refused with the reasons, and the link works still", async () => {
        const token = await tokenFor()
        const refused = await reset({ token, password: "short" })

        expect(refused.status).toBe(400)
        expect(refused.body).toMatchObject({
          type: "invalid_data",
          code: "password_rejected",
          message: expect.any(String),
          reasons: expect.arrayContaining([{ code: "too_short", message: expect.any(String) }]),
        })
        expect((await reset({ token })).status).toBe(200)
      })

      it("takes a link that was asked for in the plugin's own words, and the other way round", async () => {
        expect((await reset({ token: await store.tokenFor(JANE) })).status).toBe(200)
        expect((await store.update(await tokenFor(), { password: NEW })).status).toBe(200)
      })

      it("takes an address as it is typed", async () => {
        const token = await tokenFor()

        expect((await reset({ token, email: " JANE@Shop.Example" })).status).toBe(200)
      })

      it("refuses a token that is malformed, forged, of a session or of Medusa v1", async () => {
        const claims = {
          entity_id: JANE,
          actor_type: "customer",
          provider: "emailpass",
          purpose: "reset",
          jti: "x",
        }
        const { body: session } = await store.login(JANE, "old-password")
        for (const token of [
          "no-token",
          "a.b.c",
          "{}",
          store.sign(claims, "another-secret"),
          store.sign(claims),
          session.token,
          store.sign({ customer_id: janeId }, "a-v1-password-hash"),
        ]) {
          answersWith(await reset({ token }), 401, BAD_TOKEN)
        }
        expect((await store.login(JANE, "old-password")).status).toBe(200)
      })

      it("refuses a token that is used, superseded, cancelled or too old", async () => {
        const old = await tokenFor()
        const token = await tokenFor()
        answersWith(await reset({ token: old }), 401, BAD_TOKEN)
        expect((await reset({ token })).status).toBe(200)
        answersWith(await reset({ token }), 401, BAD_TOKEN)

        const late = await tokenFor()
        await store.sql(`UPDATE password_reset SET expires_at = now() - interval '1 second'`)
        answersWith(await reset({ token: late }), 401, BAD_TOKEN)

        const cancelled = await tokenFor()
        await store.sql(`UPDATE password_reset SET status = 'cancelled' WHERE status = 'sent'`)
        answersWith(await reset({ token: cancelled }), 401, BAD_TOKEN)
      })

      it("refuses a token for another address or another kind of actor", async () => {
        const token = await tokenFor()
        answersWith(await reset({ token, email: JOHN }), 401, BAD_TOKEN)
        await store.storeAccount("boss@shop.example", { user_id: "user_1" })
        const users = await store.tokenFor("boss@shop.example", "user")
        answersWith(await reset({ token: users, email: "boss@shop.example" }), 401, BAD_TOKEN)

        expect((await reset({ token })).status).toBe(200)
      })

      it("refuses whom v1 would not know, and spends nothing", async () => {
        await store.register(JOHN, "old-password")
        const johns = await store.tokenFor(JOHN)
        answersWith(await reset({ token: johns, email: JOHN }), 401, BAD_TOKEN)

        const token = await tokenFor()
        await customers().updateCustomers(janeId, { email: "elsewhere@shop.example" })
        answersWith(await reset({ token }), 401, BAD_TOKEN)
        answersWith(await reset({ token, email: "elsewhere@shop.example" }), 401, BAD_TOKEN)

        expect((await store.update(token, { password: NEW })).status).toBe(200)
        expect((await store.update(johns, { password: NEW })).status).toBe(200)
      })

      it("takes one of many at once", async () => {
        const token = await tokenFor()
        const answers = await Promise.all(Array.from({ length: 10 }, () => reset({ token })))

        expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(401)])
      })
    })

    it("is refused to customers who may not sign in with a password", async () => {
      const token = await tokenFor()
      const { http } = store
        .container()
        .resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
      const before = http.authMethodsPerActor
      http.authMethodsPerActor = { ...before, customer: ["google"] }
      const answers = [await ask({ email: JANE }), await reset({ token })]
      http.authMethodsPerActor = before

      for (const answer of answers) {
        answersWith(answer, 400, {
          type: "not_allowed",
          message: "The actor type customer is not allowed to use the auth provider emailpass",
        })
      }
    })

    describe("limits", () => {
      const statuses = (answers: Answer[]) => answers.map(({ status }) => status)
      const expectTooMany = ({ status, body, headers }: Answer) => {
        expect([status, body.type, body.code]).toEqual([429, "not_allowed", "too_many_requests"])
        expect(Number(headers.get("retry-after"))).toBeGreaterThan(0)
      }

      it("stop a client that asks too often, by whatever route", async () => {
        const own = "/auth/customer/emailpass/reset-password"
        const answers = [
          ...(await answersTo(PER_IP - 1, (index) => ask({ email: `${index}-${JANE}` }))),
          await store.post(own, { identifier: JANE }, key),
        ]
        expect(statuses(answers)).toEqual([...Array(PER_IP - 1).fill(204), 201])

        expectTooMany(await ask({ email: JANE }))
        expect((await ask({ email: JANE }, network())).status).toBe(204)
      })

      it("hold for the mails of an address, and change no answer", async () => {
        await store.register("often@shop.example", "old-password")
        const answers = await answersTo(PER_IDENTIFIER + 2, () =>
          ask({ email: "often@shop.example" }),
        )
        await store.settled()

        expect(new Set(statuses(answers))).toEqual(new Set([204]))
        expect(await store.resets()).toHaveLength(PER_IDENTIFIER)
      })

      it("stop a client that brings bad tokens; refused passwords don't count", async () => {
        const token = await tokenFor()
        const refused = await answersTo(PER_IP + 1, () => reset({ token, password: "short" }))
        expect(new Set(statuses(refused))).toEqual(new Set([400]))

        const guesses = await answersTo(PER_IP + 1, () => reset({ token: "no-token" }))
        expect(statuses(guesses)).toEqual([...Array(PER_IP).fill(401), 429])
        expectTooMany(await reset({ token }))
        key = { ...key, ...network() }
        expect((await reset({ token })).status).toBe(200)
      })
    })
  },
  ({ modules }) => {
    const { options } = modules.passwordReset!
    Object.assign(options, {
      dialects: ["medusa-v1"],
      medusaV1: { tokenTtl: 1200 },
      throttle: narrowLimits(PER_IP, PER_IDENTIFIER),
    })
  },
)
