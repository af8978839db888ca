import url from "node:url"
import { Modules } from "@medusajs/framework/utils"
import { type Answer, withStore } from "../store"

const JANE = "jane@shop.example"
const EMAILPASS = "/auth/customer/emailpass"
const BIG = 90_000

withStore(
  "an adversary",
  (store) => {
    describe("who sends what is slow to read", () => {
      const MARKS = "e" + "\u0301\u0323".repeat(BIG / 4)
      const SOME = MARKS.slice(0, BIG / 10)
      const HAN = Array.from({ length: BIG / 3 }, (_, index) =>
        String.fromCodePoint(0x4e00 + (index % 20_000)),
      ).join("")

      /** Sends requests, and says how long the longest text is that slow functions were given. */
      const longestWorkedOn = async (send: () => Promise<unknown>) => {
        const spies = [
          jest.spyOn(url, "domainToASCII"),
          jest.spyOn(url, "domainToUnicode"),
          jest.spyOn(String.prototype, "normalize"),
        ] as const
        await send()
        await store.settled()
        const [ascii, unicode, normalize] = spies
        const texts = [
          ...[...ascii.mock.calls, ...unicode.mock.calls].map(([text]) => text),
          ...normalize.mock.contexts.map(String),
        ]
        spies.forEach((spy) => spy.mockRestore())
        return Math.max(0, ...texts.map((text) => text.length))
      }

      it.each([
        ["combining marks as password", { email: JANE, password: MARKS }],
        ["Han as email", { email: `jane@${HAN}.example`, password: "short" }],
        ["Han as identifier", { identifier: `jane@${HAN}` }],
        [
          "combining marks in all fields",
          { email: SOME, password: SOME, token: SOME, identifier: SOME },
        ],
      ])("is answered before it is read: %s", async (_, body) => {
        await store.register(JANE, "old-password")
        const token = await store.tokenFor(JANE)
        const bearer = { authorization: `Bearer ${token}` }
        const answers: Answer[] = []
        const longest = await longestWorkedOn(async () => {
          for (const path of ["", "/register", "/reset-password", "/update"]) {
            answers.push(await store.post(`${EMAILPASS}${path}`, body, bearer))
          }
        })

        expect(longest).toBeLessThan(5000)
        expect(answers.every(({ status }) => status >= 400 && status < 500)).toBe(true)
        expect((await store.login(JANE, "old-password")).status).toBe(200)
      })

      /** Signs somebody in, with whatever headers the actor's routes need. */
      const signIn = async (actor: "customer" | "user"): Promise<Record<string, string>> => {
        const email = `${actor}@shop.example`
        await store.register(email, "old-password", actor)
        await (actor === "user" ? store.becomeUser(email) : store.becomeCustomer(email))
        const { body } = await store.login(email, "old-password", actor)
        return {
          ...(await store.publishableKey()),
          authorization: `Bearer ${body.token as string}`,
        }
      }
      const document = (attributes: object, id?: string) => ({
        data: { type: "customer_password_resets", id, attributes },
      })

      it.each([
        ["combining marks", MARKS, SOME],
        ["Han", HAN, HAN.slice(0, BIG / 20)],
      ])("is answered before it is read on every other route: %s", async (_, long, some) => {
        const customer = await signIn("customer")
        const user = await signIn("user")
        const layer = {
          authorization: `Bearer ${(await store.apiKey("secret")).token}`,
          "content-type": "application/vnd.api+json",
        }
        const bagisto = { "x-storefront-key": customer["x-publishable-api-key"]! }
        const address = `jane@${some}.example`
        const change = [
          { old_password: long, password: "new-password" },
          { old_password: "old-password", password: long },
        ]
        const secrets = { token: some, password: some, password_confirmation: some }
        const requests: [string, string, unknown, Record<string, string>][] = [
          ...change.map(
            (body) => ["POST", "/store/customers/me/password", body, customer] as never,
          ),
          ...change.map((body) => ["POST", "/admin/users/me/password", body, user] as never),
          ["POST", "/store/customers/password-token", { email: `jane@${long}` }, customer],
          ["POST", "/store/customers/password-reset", { email: address, ...secrets }, customer],
          [
            "POST",
            "/store/customers/password-reset",
            { email: JANE, token: long, password: "x" },
            customer,
          ],
          ["POST", "/api/shop/customers/forgot-password", { email: `jane@${long}` }, bagisto],
          ["POST", "/api/shop/customers/reset-password", { email: address, ...secrets }, bagisto],
          ["POST", "/api/shop/customers/reset-password", { email: JANE, token: long }, bagisto],
          [
            "POST",
            "/api/customer_password_resets",
            document({ customer_email: `jane@${long}` }),
            layer,
          ],
          [
            "POST",
            "/api/customer_password_resets",
            document({ customer_email: JANE, reference: some, metadata: { some } }),
            layer,
          ],
          [
            "PATCH",
            "/api/customer_password_resets/pwdres_1",
            document({ customer_password: some, _reset_password_token: some }, "pwdres_1"),
            layer,
          ],
          ["POST", "/admin/password-resets", { identifier: `jane@${long}` }, user],
          [
            "POST",
            "/admin/password-resets",
            { identifier: JANE, actor_type: some, reference: some, metadata: { some } },
            user,
          ],
        ]
        // Node takes no more than 16 KB of headers, the path among them.
        const inPath = encodeURIComponent(long.slice(0, 1300))
        for (const query of ["q", "identifier", "actor_type", "reference", "id"]) {
          requests.push(["GET", `/admin/password-resets?${query}=${inPath}`, undefined, user])
        }
        const filter = `filter[q][customer_email_eq]=jane@${inPath}`
        requests.push(["GET", `/api/customer_password_resets?${filter}`, undefined, layer])
        const check = { authorization: `Bearer ${"e".repeat(15_000)}` }
        requests.push(["GET", `${EMAILPASS}/reset-password`, undefined, check])

        const statuses: Record<string, number> = {}
        const longest = await longestWorkedOn(async () => {
          for (const [index, [method, path, body, headers]] of requests.entries()) {
            const { status } = await store.request(method, path, body, headers)
            statuses[`${index} ${method} ${path.slice(0, 50)}`] = status
          }
        })

        expect(longest).toBeLessThan(1300)
        expect(
          Object.entries(statuses).filter(([, status]) => status < 400 || status > 499),
        ).toEqual([])
      })

      it("is refused by the auth module as well, whoever calls it", async () => {
        const auth = store.container().resolve(Modules.AUTH)
        const longest = await longestWorkedOn(async () => {
          for (const body of [
            { email: `jane@${HAN}`, password: "new-password" },
            { email: JANE, password: MARKS },
          ]) {
            expect((await auth.authenticate("emailpass", { body })).success).toBe(false)
            expect((await auth.register("emailpass", { body })).success).toBe(false)
          }
        })
        expect(longest).toBeLessThan(5000)
      })
    })

    describe("who nests metadata", () => {
      const nested = (levels: number) =>
        JSON.parse(`{"x":${"[".repeat(levels)}${"]".repeat(levels)}}`) as object

      it.each([
        ["2 000 levels", nested(2000)],
        ["six levels", nested(5)],
        ["101 values", { x: Array(100).fill(1) }],
        ["2 000 empty arrays", { x: Array(1000).fill([]) }],
      ])("is refused before an account is looked for, with %s", async (_, metadata) => {
        await store.register(JANE, "old-password")
        for (const identifier of [JANE, "nobody@shop.example"]) {
          const answer = await store.post(`${EMAILPASS}/reset-password`, { identifier, metadata })
          expect([answer.status, answer.body.message]).toEqual([
            400,
            "Field 'metadata' must not have more than 100 values, or 5 levels",
          ])
        }
        expect(await store.resets()).toEqual([])
      })

      it("may have five levels and 100 values", async () => {
        for (const metadata of [nested(4), { x: Array(99).fill(1) }]) {
          const answer = await store.post(`${EMAILPASS}/reset-password`, {
            identifier: JANE,
            metadata,
          })
          expect(answer.status).toBe(201)
        }
      })
    })
  },
  ({ modules }) => {
    modules.passwordReset!.options.dialects = ["medusa-v1", "bagisto", "commerce-layer"]
  },
)
