import { CommerceLayer } from "@commercelayer/sdk/bundle"
import { Modules } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../../src/modules/password-reset"
import { hashingQueue } from "../../src/domain/passwords/hashing-queue"
import { linkIn, until } from "../inbox"
import { type Answer, type TestStore, withStore } from "../store"

const PATH = "/api/customer_password_resets"
const TYPE = "customer_password_resets"
const MEDIA_TYPE = "application/vnd.api+json"
const STOREFRONT = "http://localhost:8000" // medusa-config.ts: storeCors
const JANE = "jane@shop.example"
const JOHN = "john@shop.example"
const NEW = "new-password-1"
const LIMIT = 20

type Resource = {
  id: string
  type: string
  links: { self: string }
  attributes: Record<string, unknown>
  relationships: Record<string, { links: Record<string, string> }>
  meta: Record<string, unknown>
}
type Fault = {
  title: string
  detail: string
  code: string
  status: string
  source?: { pointer?: string; parameter?: string }
  meta?: { error: string }
}

const dataIn = ({ body }: Answer) => body.data as Resource
const listIn = ({ body }: Answer) => body.data as Resource[]
const errorsIn = ({ body }: Answer) => body.errors as Fault[]
const tokenIn = (answer: Answer) => dataIn(answer).attributes.reset_password_token as string

/** The calls that an integration makes. */
function integrationOf(store: TestStore) {
  let keyId = ""
  let key = ""
  const send = (method: string, path: string, body?: unknown, headers = bearer()) =>
    store.request(method, `${PATH}${path}`, body, { "content-type": MEDIA_TYPE, ...headers })
  const bearer = (token = key): Record<string, string> => ({ authorization: `Bearer ${token}` })
  return {
    bearer,
    send,
    keyId: () => keyId,
    key: () => key,
    open: async () => {
      const created = await store.apiKey("secret")
      keyId = created.id
      key = created.token
    },
    customer: async (email: string) => {
      await store.register(email, "old-password")
      await store.becomeCustomer(email)
    },
    create: (attributes: object = {}, headers?: Record<string, string>) =>
      send(
        "POST",
        "",
        { data: { type: TYPE, attributes: { customer_email: JANE, ...attributes } } },
        headers,
      ),
    /** Sent without a key by default, as anybody may. */
    update: (id: string, attributes: object, headers: Record<string, string> = {}) =>
      send("PATCH", `/${id}`, { data: { type: TYPE, id, attributes } }, headers),
    retrieve: (id: string, query = "") => send("GET", `/${id}${query}`),
    list: (query = "") => send("GET", query),
    cancel: (id: string) => send("DELETE", `/${id}`),
  }
}

/** The titles of Commerce Layer's errors. A validation error's title says what is wrong. */
const TITLES: Record<string, string> = {
  BAD_REQUEST: "Bad request",
  FILTER_NOT_ALLOWED: "Filter not allowed",
  FORBIDDEN: "Forbidden",
  INTERNAL_SERVER_ERROR: "Internal server error",
  INVALID_DATA_FORMAT: "Invalid data format",
  INVALID_FIELD: "Invalid field",
  INVALID_FILTER_VALUE: "Invalid filter value",
  INVALID_INCLUDE: "Invalid include",
  INVALID_PAGE_VALUE: "Invalid page value",
  INVALID_RESOURCE: "Invalid resource",
  INVALID_SORT_CRITERIA: "Invalid sort criteria",
  INVALID_TOKEN: "Invalid token",
  KEY_NOT_INCLUDED_IN_URL: "Key is not included in URL",
  LOCKED: "Locked resource",
  PARAM_NOT_ALLOWED: "Param not allowed",
  PAYLOAD_TOO_LARGE: "Payload too large",
  RECORD_NOT_FOUND: "Record not found",
  TOO_MANY_REQUESTS: "Too many requests",
  UNAUTHORIZED: "Unauthorized",
  UNSUPPORTED_MEDIA_TYPE: "Unsupported media type",
}

/** Checks every field of an error. */
function expectError(
  answer: Answer,
  status: number,
  code: string,
  { source, title, error }: { source?: Fault["source"]; title?: string; error?: string } = {},
) {
  expect(answer.status).toBe(status)
  expect(answer.headers.get("content-type")).toBe(MEDIA_TYPE)
  expect(answer.headers.get("cache-control")).toBe("no-store")
  expect(answer.body).toEqual({
    errors: [
      {
        title: title ?? TITLES[code] ?? expect.stringMatching(/./),
        detail: expect.stringMatching(/./),
        code,
        status: String(status),
        ...(source && { source }),
        ...(error && { meta: { error } }),
      },
    ],
  })
}

const attribute = (name: string) => ({ pointer: `/data/attributes/${name}` })

withStore(
  "an integration of Commerce Layer's",
  (store) => {
    const layer = integrationOf(store)
    const { create, update, retrieve, list, cancel, send, bearer } = layer

    beforeEach(async () => {
      await layer.open()
      await layer.customer(JANE)
    })

    describe("with its own SDK", () => {
      it("creates, retrieves, lists, performs and deletes resets", async () => {
        // `fetch` leads the SDK to the local server. A real store needs none.
        const client = (accessToken: string) =>
          CommerceLayer({
            organization: "api",
            domain: "shop.example",
            accessToken,
            fetch: (url, init) =>
              fetch(String(url).replace("https://api.shop.example", store.url), init),
          })
        const { customer_password_resets } = client(layer.key())
        const created = await customer_password_resets.create({
          customer_email: JANE,
          reference: "call-4711",
          reference_origin: "helpdesk",
          metadata: { desk: "north" },
        })
        expect(created).toMatchObject({
          type: TYPE,
          customer_email: JANE,
          reset_password_token: expect.stringMatching(/^\S+\.\S+\.\S+$/),
          reset_password_at: null,
          reference: "call-4711",
          reference_origin: "helpdesk",
          metadata: { desk: "north" },
        })

        const retrieved = await customer_password_resets.retrieve(created.id)
        expect(retrieved).toEqual({ ...created, reset_password_token: null })
        const some = await customer_password_resets.retrieve(created.id, {
          fields: { customer_password_resets: ["customer_email"] },
        })
        expect(some).toEqual({ id: created.id, type: TYPE, customer_email: JANE })

        const page = await customer_password_resets.list({
          pageSize: 5,
          sort: { created_at: "desc" },
          filters: { customer_email_eq: JANE },
        })
        expect([...page]).toEqual([retrieved])
        expect(page.meta).toEqual({
          recordCount: 1,
          pageCount: 1,
          currentPage: 1,
          recordsPerPage: 5,
        })

        const storefront = client("none") // The SDK requires a token; performing a reset does not.
        const updated = await storefront.customer_password_resets.update({
          id: created.id,
          customer_password: NEW,
          _reset_password_token: created.reset_password_token,
        })
        expect(updated).toMatchObject({ id: created.id, reset_password_token: null })
        expect(Date.parse(updated.reset_password_at!)).toBeCloseTo(Date.now(), -4)
        expect((await store.login(JANE, NEW)).status).toBe(200)

        const other = await customer_password_resets.create({ customer_email: JANE })
        await customer_password_resets.delete(other.id)
        await expect(customer_password_resets.retrieve(other.id)).rejects.toMatchObject({
          name: "ApiError",
          status: 404,
          errors: [{ code: "RECORD_NOT_FOUND", status: "404" }],
        })
        await expect(
          customer_password_resets.create({ customer_email: "nobody@shop.example" }),
        ).rejects.toMatchObject({ status: 422, errors: [{ code: "VALIDATION_ERROR" }] })
      })
    })

    describe("that creates", () => {
      it("gets the resource, with its token this once, and sends its mail itself", async () => {
        const answer = await create({
          reference: "one",
          reference_origin: "erp",
          metadata: { a: 1 },
        })
        const { id } = dataIn(answer)
        const self = `${store.url}${PATH}/${id}`

        expect(answer.status).toBe(201)
        expect(answer.headers.get("content-type")).toBe(MEDIA_TYPE)
        expect(answer.headers.get("cache-control")).toBe("no-store")
        expect(answer.headers.get("referrer-policy")).toBe("no-referrer")
        expect(answer.body).toEqual({
          data: {
            id: expect.stringMatching(/^pwres_/),
            type: TYPE,
            links: { self },
            attributes: {
              customer_email: JANE,
              reset_password_token: expect.stringMatching(/^\S+\.\S+\.\S+$/),
              reset_password_at: null,
              created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
              updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
              reference: "one",
              reference_origin: "erp",
              metadata: { a: 1 },
            },
            relationships: {
              customer: {
                links: { self: `${self}/relationships/customer`, related: `${self}/customer` },
              },
              events: {
                links: { self: `${self}/relationships/events`, related: `${self}/events` },
              },
            },
            meta: { mode: "test" },
          },
        })
        const [row] = await store.resets()
        expect(row).toMatchObject({
          id,
          status: "issued",
          started_by: `api-key:${layer.keyId()}`,
          dialect: "commerce-layer",
          token_ttl: 120,
          due_at: null,
        })
        const lifetime = row!.expires_at!.getTime() - row!.issued_at!.getTime()
        expect(Math.abs(lifetime - 120_000)).toBeLessThan(2000)
        expect((await store.check(tokenIn(answer))).status).toBe(200)
        const basic = Buffer.from(`${layer.key()}:`).toString("base64")
        const operators = await store.get("/admin/password-resets", {
          authorization: `Basic ${basic}`,
        })
        expect(operators.body).toMatchObject({
          count: 1,
          password_resets: [{ id, reference: "one" }],
        })
        await new Promise((resolve) => setTimeout(resolve, 300))
        expect(store.inbox.mails).toEqual([])
      })

      it("is told the mode: live where the store runs in production", async () => {
        const env = process.env.NODE_ENV
        process.env.NODE_ENV = "production"
        const answer = await create().finally(() => (process.env.NODE_ENV = env))

        expect(dataIn(answer).meta).toEqual({ mode: "live" })
      })

      it("ends every older link of the account", async () => {
        const older = await store.tokenFor(JANE)
        const first = tokenIn(await create())
        const second = tokenIn(await create({ customer_email: JANE.toUpperCase() }))

        expect((await store.check(older)).body.code).toBe("token_superseded")
        expect((await store.check(first)).body.code).toBe("token_superseded")
        expect((await store.check(second)).status).toBe(200)
      })

      const addresses = [
        ["no address", undefined, "can't be blank", "blank"],
        ["null", null, "can't be blank", "blank"],
        ["an empty address", "  ", "can't be blank", "blank"],
        ["a number", 7, "is invalid", "invalid"],
        ["an endless address", `${"a".repeat(400)}@shop.example`, "is invalid", "invalid"],
        ["an address with a NUL", "ja\0ne@shop.example", "is invalid", "invalid"],
        ["an unknown address", "nobody@shop.example", "is no customer's", "not_found"],
      ] as const

      it("is refused with 422 for an address that is no customer's", async () => {
        for (const [, customer_email, title, error] of addresses) {
          const answer = await create({ customer_email })

          const source = attribute("customer_email")
          expectError(answer, 422, "VALIDATION_ERROR", { source, title, error })
          expect(errorsIn(answer)[0]!.detail).toBe(`customer_email - ${title}`)
        }
        expect(await store.resets()).toEqual([])
      })

      const others = [
        ["reference", 7],
        ["reference", "a\0b"],
        ["reference_origin", "x".repeat(321)],
        ["metadata", "text"],
        ["metadata", { long: "x".repeat(5000) }],
        ["metadata", { text: "\0" }],
        ["metadata", { five: { more: { levels: { than: { its: {} } } } } }],
        ["metadata", { values: Array(100).fill(1) }],
      ] as const

      it("is refused with 422 for other attributes that are bad", async () => {
        for (const [name, value] of others) {
          const answer = await create({ [name]: value })
          const source = attribute(name)
          expectError(answer, 422, "VALIDATION_ERROR", { source, error: "invalid" })
        }
      })

      it("may leave attributes null", async () => {
        const answer = await create({ reference: null, reference_origin: null, metadata: null })

        expect(dataIn(answer).attributes).toMatchObject({
          reference: null,
          reference_origin: null,
          metadata: {},
        })
      })

      it("is told of all faults at once", async () => {
        const answer = await create({ customer_email: "", reference: 7 })

        expect(errorsIn(answer).map(({ source }) => source)).toEqual([
          attribute("customer_email"),
          attribute("reference"),
        ])
      })

      it("may lead no link to a foreign page", async () => {
        const answer = await create({ metadata: { redirect_url: "https://evil.example" } })

        expectError(answer, 422, "VALIDATION_ERROR", { source: { pointer: "/data" } })
      })

      it("gets no key to an account that is a user's: 403", async () => {
        await store.register("boss@shop.example", "old-password", "user")
        await store.becomeUser("boss@shop.example")
        // For a user who is no customer, the answer is the same as for an unknown address.
        const stranger = await create({ customer_email: "boss@shop.example" })
        expectError(stranger, 422, "VALIDATION_ERROR", {
          source: attribute("customer_email"),
          error: "not_found",
        })
        await store
          .container()
          .resolve(Modules.AUTH)
          .updateAuthIdentities({
            id: await store.identityOf("boss@shop.example"),
            app_metadata: { user_id: "user_1", customer_id: "cus_1" },
          })
        expectError(await create({ customer_email: "boss@shop.example" }), 403, "FORBIDDEN")
        expect(await store.resets()).toEqual([])
      })
    })

    describe("that sends what is no document", () => {
      const post = (body: unknown, headers: Record<string, string> = {}) =>
        send("POST", "", body, { ...bearer(), ...headers })

      const bodies: [string, unknown, string, string?][] = [
        ["malformed JSON", '{"data":', "BAD_REQUEST"],
        ["nothing", "", "BAD_REQUEST"],
        ["no data", {}, "INVALID_DATA_FORMAT", "/data"],
        ["a list", [], "INVALID_DATA_FORMAT", "/data"],
        ["a list of data", { data: [{ type: TYPE }] }, "INVALID_DATA_FORMAT", "/data"],
        ["no type", { data: { attributes: {} } }, "INVALID_RESOURCE", "/data/type"],
        ["another type", { data: { type: "customers" } }, "INVALID_RESOURCE", "/data/type"],
        [
          "no attributes",
          { data: { type: TYPE, attributes: "x" } },
          "INVALID_DATA_FORMAT",
          "/data/attributes",
        ],
        [
          "an unknown attribute",
          { data: { type: TYPE, attributes: { customer_email: JANE, admin: true } } },
          "PARAM_NOT_ALLOWED",
        ],
        [
          "a relationship",
          { data: { type: TYPE, attributes: {}, relationships: { customer: {} } } },
          "PARAM_NOT_ALLOWED",
        ],
      ]

      it("is refused with 400", async () => {
        for (const [, body, code, pointer] of bodies) {
          expectError(await post(body), 400, code, pointer ? { source: { pointer } } : {})
        }
        expect(await store.resets()).toEqual([])
      })

      it("is refused for another media type with 415", async () => {
        const body = { data: { type: TYPE, attributes: { customer_email: JANE } } }
        for (const type of ["application/json", "text/plain", ""]) {
          expectError(await post(body, { "content-type": type }), 415, "UNSUPPORTED_MEDIA_TYPE")
        }
        const fine = await post(body, { "content-type": `${MEDIA_TYPE}; charset=utf-8` })
        expect(fine.status).toBe(201)
      })

      it("is refused for an endless body with 413", async () => {
        expectError(await post(JSON.stringify("x".repeat(200_000))), 413, "PAYLOAD_TOO_LARGE")
      })

      it("never reads its secrets in an error", async () => {
        const { id } = dataIn(await create())
        const answers = [
          await send("PATCH", `/${id}`, '{"data":{"customer_password":"hunter2-secret",', {}),
          await update(id, { customer_password: ["hunter2-secret"], _reset_password_token: "x" }),
          await update(id, { customer_password: "hunter2-secret", _reset_password_token: 7 }),
        ]
        expect(answers.map(({ status }) => status)).toEqual([400, 422, 422])
        expect(JSON.stringify(answers.map(({ body }) => body))).not.toContain("hunter2")
      })
    })

    describe("without a secret key", () => {
      const requests = [
        ["POST", ""],
        ["GET", ""],
        ["GET", "/pwres_01ARZ3NDEKTSV4RRFFQ69G5FAV"],
        ["DELETE", "/pwres_01ARZ3NDEKTSV4RRFFQ69G5FAV"],
      ] as const

      it("is refused with 401", async () => {
        const { "x-publishable-api-key": publishable } = await store.publishableKey()
        const { body } = await store.login(JANE, "old-password")
        for (const [method, path] of requests) {
          const missing = await send(method, path, undefined, {})
          expectError(missing, 401, "UNAUTHORIZED")
          expect(missing.headers.get("www-authenticate")).toBe("Bearer")
          for (const token of ["sk_wrong", publishable!, String(body.token)]) {
            expectError(await send(method, path, undefined, bearer(token)), 401, "INVALID_TOKEN")
          }
        }
        await store
          .container()
          .resolve(Modules.API_KEY)
          .revoke({ id: layer.keyId() }, { revoked_by: "somebody" })

        expectError(await list(), 401, "INVALID_TOKEN")
      })
    })

    describe("that retrieves and lists", () => {
      it("gets one reset, and never its token again", async () => {
        const created = await create()
        const answer = await retrieve(dataIn(created).id)

        expect(answer.status).toBe(200)
        const { data } = created.body as { data: Resource }
        expect(answer.body).toEqual({
          data: { ...data, attributes: { ...data.attributes, reset_password_token: null } },
        })
      })

      it("is told that there is no such reset: 404", async () => {
        for (const id of ["pwres_01ARZ3NDEKTSV4RRFFQ69G5FAV", "xYZkjABcde", "%00", "a%27--"]) {
          expectError(await retrieve(id), 404, "RECORD_NOT_FOUND", { title: "Record not found" })
          expectError(await cancel(id), 404, "RECORD_NOT_FOUND")
        }
      })

      it("sees resets of customers, however they were asked for, and no others", async () => {
        await store.register("boss@shop.example", "old-password", "user")
        await store.mailFor("boss@shop.example", "user")
        await store.requestReset("nobody@shop.example")
        await store.mailFor(JANE)
        const answer = await list()
        const hidden = (await store.resets()).find(({ actor_type }) => actor_type === "user")

        expect(listIn(answer).map(({ attributes }) => attributes.customer_email)).toEqual([JANE])
        expect(answer.body.meta).toEqual({ record_count: 1, page_count: 1 })
        expect((await retrieve(hidden!.id)).status).toBe(404)
        expect((await cancel(hidden!.id)).status).toBe(404)
      })

      it("turns pages", async () => {
        for (let count = 0; count < 12; count++) {
          await create({ reference: `r${String(count).padStart(2, "0")}` })
        }
        const names = (answer: Answer) => listIn(answer).map((one) => one.attributes.reference)
        const first = await list("?sort=reference")
        expect(names(first)).toHaveLength(10)
        expect(first.body.meta).toEqual({ record_count: 12, page_count: 2 })

        const middle = await list("?page[number]=2&page[size]=5&sort=-reference")
        expect(names(middle)).toEqual(["r06", "r05", "r04", "r03", "r02"])
        expect(middle.body.meta).toEqual({ record_count: 12, page_count: 3 })
        const links = middle.body.links as Record<string, string>
        const numbers = Object.entries(links).map(([name, link]) => {
          const { origin, pathname, searchParams } = new URL(link)
          expect(`${origin}${pathname}`).toBe(`${store.url}${PATH}`)
          expect([searchParams.get("page[size]"), searchParams.get("sort")]).toEqual([
            "5",
            "-reference",
          ])
          return [name, searchParams.get("page[number]")]
        })
        expect(Object.fromEntries(numbers)).toEqual({ first: "1", prev: "1", next: "3", last: "3" })
        const followed = await fetch(links.next!, { headers: bearer() })
        expect(((await followed.json()) as { data: Resource[] }).data).toHaveLength(2)

        expect(Object.keys(first.body.links as object)).toEqual(["first", "next", "last"])
        expect(listIn(await list("?page[number]=9"))).toEqual([])
        expect(listIn(await list("?page[size]=25"))).toHaveLength(12)
        const newest = await list("?page[size]=1")
        expect(names(newest)).toEqual(["r11"])
        expect(names(await list("?page[size]=1&sort=created_at"))).toEqual(["r00"])
        expect(names(await list("?page[size]=1&sort=-created_at,id"))).toEqual(["r11"])
      })

      it("gets an empty list where there is nothing", async () => {
        const { body } = await list()

        expect(body).toMatchObject({ data: [], meta: { record_count: 0, page_count: 0 } })
        expect(Object.keys(body.links as object)).toEqual(["first", "last"])
      })

      it("finds a customer's", async () => {
        await layer.customer(JOHN)
        await create()
        await create({ customer_email: JOHN })
        const found = async (email: string) =>
          listIn(await list(`?filter[q][customer_email_eq]=${encodeURIComponent(email)}`)).map(
            ({ attributes }) => attributes.customer_email,
          )

        expect(await found(JOHN)).toEqual([JOHN])
        expect(await found("JOHN@shop.example")).toEqual([JOHN])
        expect(await found("nobody@shop.example")).toEqual([])
      })

      it("gets the fields that it asks for", async () => {
        const { id } = dataIn(await create())
        const fields = `?fields[${TYPE}]=customer_email,customer`
        for (const one of [dataIn(await retrieve(id, fields)), listIn(await list(fields))[0]!]) {
          expect(one.attributes).toEqual({ customer_email: JANE })
          expect(Object.keys(one.relationships)).toEqual(["customer"])
        }
      })

      const queries = [
        ["page[size]=26", "INVALID_PAGE_VALUE", "page[size]"],
        ["page[size]=0", "INVALID_PAGE_VALUE", "page[size]"],
        ["page[number]=x", "INVALID_PAGE_VALUE", "page[number]"],
        ["page[number]=1&page[number]=2", "INVALID_PAGE_VALUE", "page[number]"],
        ["page[limit]=3", "PARAM_NOT_ALLOWED", "page[limit]"],
        ["page=3", "PARAM_NOT_ALLOWED", "page"],
        ["sort=token_hash", "INVALID_SORT_CRITERIA", "sort"],
        ["sort=", "INVALID_SORT_CRITERIA", "sort"],
        ["filter[q][token_hash_eq]=x", "FILTER_NOT_ALLOWED", "filter"],
        ["filter[email]=x", "FILTER_NOT_ALLOWED", "filter"],
        [
          "filter[q][customer_email_eq][]=x",
          "INVALID_FILTER_VALUE",
          "filter[q][customer_email_eq]",
        ],
        [
          "filter[q][customer_email_eq]=%00",
          "INVALID_FILTER_VALUE",
          "filter[q][customer_email_eq]",
        ],
        ["include=customer", "INVALID_INCLUDE", "include"],
        ["fields[customers]=email", "INVALID_FIELD", "fields"],
        ["q=jane", "PARAM_NOT_ALLOWED", "q"],
      ] as const

      it("is refused with 400 for what the dialect can't do", async () => {
        for (const [query, code, parameter] of queries) {
          expectError(await list(`?${query}`), 400, code, { source: { parameter } })
        }
      })
    })

    describe("that deletes", () => {
      it("cancels: no link of the account works any more, and the reset is gone", async () => {
        const created = await create()
        const { id } = dataIn(created)
        const answer = await cancel(id)

        expect([answer.status, answer.body.text]).toEqual([204, ""])
        expect((await store.check(tokenIn(created))).body.code).toBe("token_superseded")
        expect((await retrieve(id)).status).toBe(404)
        expect((await cancel(id)).status).toBe(404)
        expect(listIn(await list())).toEqual([])
        expect((await store.resets())[0]).toMatchObject({ id, status: "cancelled" })
        const attributes = { customer_password: NEW, _reset_password_token: tokenIn(created) }
        expect((await update(id, attributes)).status).toBe(404)
      })

      it("is told that one that is done can't be deleted: 423", async () => {
        const created = await create()
        const { id } = dataIn(created)
        await update(id, { customer_password: NEW, _reset_password_token: tokenIn(created) })

        expectError(await cancel(id), 423, "LOCKED")
        expect((await retrieve(id)).status).toBe(200)
      })
    })

    describe("whose customer performs a reset", () => {
      const perform = (
        id: string,
        _reset_password_token: unknown,
        customer_password: unknown = NEW,
      ) => update(id, { customer_password, _reset_password_token })
      const source = attribute("_reset_password_token")

      it.each([
        ["without any key", () => ({})],
        ["with the integration's key", () => bearer()],
      ])("sets the password once, %s", async (_, headers) => {
        const created = await create()
        const { id } = dataIn(created)
        const attributes = { customer_password: NEW, _reset_password_token: tokenIn(created) }
        const answer = await update(id, attributes, headers())

        expect(answer.status).toBe(200)
        expect(answer.headers.get("content-type")).toBe(MEDIA_TYPE)
        expect(answer.headers.get("set-cookie")).toBeNull()
        expect(dataIn(answer)).toMatchObject({
          id,
          type: TYPE,
          attributes: { customer_email: JANE, reset_password_token: null },
        })
        expect(Date.parse(String(dataIn(answer).attributes.reset_password_at))).toBeGreaterThan(0)
        expect((await store.login(JANE, NEW)).status).toBe(200)
        expect((await store.login(JANE, "old-password")).status).toBe(401)
        expectError(await update(id, attributes), 422, "VALIDATION_ERROR", {
          source,
          title: "is invalid",
          error: "token_used",
        })
        const [notice] = await store.inbox.mailsFor(JANE) // "Your password was changed."
        expect(notice!.text).not.toContain("token=")
      })

      it("performs one whose link the plugin has mailed as well", async () => {
        const token = await store.tokenFor(JANE)
        const [{ id } = { id: "" }] = await store.resets()

        expect((await perform(id, token)).status).toBe(200)
      })

      it("is refused for a token of another reset, and both tokens work as before", async () => {
        await layer.customer(JOHN)
        const jane = await create()
        const john = await create({ customer_email: JOHN })

        expectError(await perform(dataIn(jane).id, tokenIn(john)), 422, "VALIDATION_ERROR", {
          source,
          error: "token_invalid",
        })
        expect((await perform(dataIn(john).id, tokenIn(john))).status).toBe(200)
        expect((await perform(dataIn(jane).id, tokenIn(jane))).status).toBe(200)
      })

      it("is refused for tokens that are none, too old, or ended by a newer one", async () => {
        const older = await create()
        const created = await create()
        const { id } = dataIn(created)
        const refused = async (at: string, token: unknown, error: string) =>
          expectError(await perform(at, token), 422, "VALIDATION_ERROR", { source, error })

        await refused(id, "xhFfkmfybsLxzaAP6xcs", "token_invalid")
        await refused(id, `${tokenIn(created)}x`, "token_invalid")
        await refused(id, "", "blank")
        await refused(id, undefined, "blank")
        await refused(id, 7, "invalid")
        await refused(dataIn(older).id, tokenIn(older), "token_superseded")
        await store.sql(`UPDATE password_reset SET expires_at = now() - interval '1 s'`)
        await refused(id, tokenIn(created), "token_expired")
        expect((await store.login(JANE, "old-password")).status).toBe(200)
      })

      it("is refused where the customer has become a vendor since", async () => {
        const created = await create()
        await store
          .container()
          .resolve(Modules.AUTH)
          .updateAuthIdentities({
            id: await store.identityOf(JANE),
            app_metadata: { customer_id: "cus_1", vendor_id: "vendor_1" },
          })
        const answer = await perform(dataIn(created).id, tokenIn(created))

        expect(answer.status).toBe(422)
        expect(errorsIn(answer)[0]).toMatchObject({ source, meta: { error: "token_superseded" } })
        expect((await store.login(JANE, "old-password")).status).toBe(200)
      })

      it("is told why a password is refused, and the token works as before", async () => {
        const created = await create()
        const { id } = dataIn(created)
        const answer = await perform(id, tokenIn(created), "short")

        expect(answer.status).toBe(422)
        expect(errorsIn(answer)[0]).toEqual({
          title: "Use at least 8 characters.",
          detail: "customer_password - Use at least 8 characters.",
          code: "VALIDATION_ERROR",
          status: "422",
          source: attribute("customer_password"),
          meta: { error: "too_short" },
        })
        for (const password of ["", null, 7]) {
          expectError(await perform(id, tokenIn(created), password), 422, "VALIDATION_ERROR", {
            source: attribute("customer_password"),
            error: "blank",
          })
        }
        expect((await perform(id, tokenIn(created))).status).toBe(200)
      })

      it("is refused, and spends nothing, for what the dialect can't do", async () => {
        const created = await create()
        const { id } = dataIn(created)
        const attributes = { customer_password: NEW, _reset_password_token: tokenIn(created) }
        const more = { ...attributes, metadata: { a: 2 } }
        expectError(await update(id, more), 400, "PARAM_NOT_ALLOWED")
        const wrong = { data: { type: TYPE, id: "pwres_x", attributes } }
        expectError(await send("PATCH", `/${id}`, wrong, {}), 400, "KEY_NOT_INCLUDED_IN_URL", {
          source: { pointer: "/data/id" },
        })
        const right = { data: { type: TYPE, id, attributes } }
        const included = await send("PATCH", `/${id}?include=customer`, right, {})
        expectError(included, 400, "INVALID_INCLUDE", { source: { parameter: "include" } })
        const json = { "content-type": "application/json" }
        expectError(await update(id, attributes, json), 415, "UNSUPPORTED_MEDIA_TYPE")
        const other = "pwres_01ARZ3NDEKTSV4RRFFQ69G5FAV"
        expectError(await update(other, attributes), 404, "RECORD_NOT_FOUND")

        expect((await update(id, attributes)).status).toBe(200)
      })

      it("wins once where many try at the same time", async () => {
        const created = await create()
        const { id } = dataIn(created)
        const answers = await Promise.all(
          Array.from({ length: 10 }, (_, index) => perform(id, tokenIn(created), `${NEW}${index}`)),
        )

        expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(422)])
      })
    })

    describe("past its limits", () => {
      const from = (host: number) => ({ "x-forwarded-for": `192.0.2.${host}` })
      const expectTooMany = (answer: Answer) => {
        expectError(answer, 429, "TOO_MANY_REQUESTS", { title: "Too many requests" })
        expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0)
        expect(answer.headers.get("ratelimit")).toMatch(/^"default";r=0;t=\d+$/)
      }

      it("has to wait with requests, right key or wrong: 429", async () => {
        for (let count = 0; count < LIMIT; count++) {
          const answer = await create({}, { ...bearer("sk_wrong"), ...from(1) })
          expect(answer.status).toBe(401)
        }
        expectTooMany(await create({}, { ...bearer(), ...from(1) }))
        expect((await create({}, { ...bearer(), ...from(2) })).status).toBe(201)
      })

      it("has to wait with bad tokens; a good one does not count, nor a refused password", async () => {
        const created = await create()
        const { id } = dataIn(created)
        const good = { _reset_password_token: tokenIn(created) }
        for (let count = 0; count < LIMIT + 2; count++) {
          const answer = await update(id, { ...good, customer_password: "short" }, from(3))
          expect(answer.status).toBe(422)
        }
        const bad = { _reset_password_token: "bad", customer_password: NEW }
        for (let count = 0; count < LIMIT; count++) {
          const path = count % 2 ? id : "pwres_01ARZ3NDEKTSV4RRFFQ69G5FAV"
          expect((await update(path, bad, from(3))).status).toBe(count % 2 ? 422 : 404)
        }
        expectTooMany(await update(id, bad, from(3)))
        expectTooMany(await update(id, { ...good, customer_password: NEW }, from(3)))
        expect((await update(id, { ...good, customer_password: NEW }, from(4))).status).toBe(200)
      })
    })

    describe("when the store can't serve it", () => {
      it("has to wait while too many passwords are being hashed: 503", async () => {
        const created = await create()
        const { id } = dataIn(created)
        const attributes = { customer_password: NEW, _reset_password_token: tokenIn(created) }
        let entered = 0
        while (hashingQueue.enter()) {
          entered++
        }
        const answer = await update(id, attributes)
        for (; entered > 0; entered--) {
          hashingQueue.leave()
        }

        expectError(answer, 503, "SERVICE_UNAVAILABLE")
        expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0)
        expect((await update(id, attributes)).status).toBe(200)
      })

      it("is told so in the same shape, and nothing of the reason: 500", async () => {
        await store.sql(`ALTER TABLE password_reset RENAME TO away`)
        const response = await fetch(`${store.url}${PATH}`, { headers: bearer() })
        await store.sql(`ALTER TABLE away RENAME TO password_reset`)

        expect(response.status).toBe(500)
        expect(await response.json()).toEqual({
          errors: [
            {
              title: "Internal server error",
              detail: "An unknown error occurred.",
              code: "INTERNAL_SERVER_ERROR",
              status: "500",
            },
          ],
        })
      })
    })

    describe("in a browser", () => {
      it("may ask from a storefront of the store's, and from nowhere else", async () => {
        const { id } = dataIn(await create())
        const ask = (origin: string, method: string) =>
          fetch(`${store.url}${PATH}/${id}`, {
            method,
            headers: {
              origin,
              "access-control-request-method": "PATCH",
              "access-control-request-headers": "content-type",
              "content-type": MEDIA_TYPE,
            },
            ...(method === "PATCH" && { body: "{}" }),
          })

        const preflight = await ask(STOREFRONT, "OPTIONS")
        expect(preflight.status).toBe(204)
        expect(preflight.headers.get("access-control-allow-origin")).toBe(STOREFRONT)
        expect(preflight.headers.get("access-control-allow-methods")).toContain("PATCH")
        expect(preflight.headers.get("access-control-allow-headers")).toContain("content-type")
        const request = await ask(STOREFRONT, "PATCH")
        expect(request.headers.get("access-control-allow-origin")).toBe(STOREFRONT)
        expect(request.headers.get("vary")).toContain("Origin")

        const foreign = await ask("https://evil.example", "OPTIONS")
        expect(foreign.headers.get("access-control-allow-origin")).toBeNull()
        expect(foreign.headers.get("access-control-allow-methods")).toBeNull()
      })
    })

    describe("with `commerceLayer.deliver`", () => {
      const deliver = (isOn: boolean) => {
        const { options } = store.container().resolve(PASSWORD_RESET_MODULE)
        options.commerceLayer.deliver = isOn
      }
      beforeEach(() => deliver(true))
      afterEach(() => deliver(false))

      it("gets the token that is mailed, and the link works", async () => {
        const answer = await create({ metadata: { locale: "de" } })
        const [mail] = await store.inbox.mailsFor(JANE)
        await store.settled()

        expect(answer.status).toBe(201)
        expect(linkIn(mail!).token).toBe(tokenIn(answer))
        expect(mail!.subject).toMatch(/Passwort/)
        expect((await store.resets())[0]).toMatchObject({ status: "sent", due_at: null })
        expect((await store.update(linkIn(mail!).token, { password: NEW })).status).toBe(200)
      })

      it("performs the reset with the token of the answer, too", async () => {
        const answer = await create()
        await store.inbox.mailsFor(JANE)
        const { id } = dataIn(answer)
        const attributes = { customer_password: NEW, _reset_password_token: tokenIn(answer) }

        expect((await update(id, attributes)).status).toBe(200)
      })

      it("loses no mail: a mail server that is down gets it later, with a fresh link", async () => {
        store.inbox.refused.set(JANE, 450)
        const answer = await create()
        expect((await store.check(tokenIn(answer))).status).toBe(200)
        await until(async () => Boolean((await store.resets())[0]!.failure_reason), "the failure")
        store.inbox.refused.clear()
        await store.retry()
        const [mail] = await store.inbox.mailsFor(JANE)

        expect((await store.check(tokenIn(answer))).status).toBe(401)
        expect((await store.update(linkIn(mail!).token, { password: NEW })).status).toBe(200)
      })
    })
  },
  ({ modules }) => {
    const { options } = modules.passwordReset!
    options.dialects = ["commerce-layer"]
    options.commerceLayer = { tokenTtl: 120 }
    const limit = { limit: LIMIT, window: 60 }
    options.throttle = { ...options.throttle, perIp: limit, update: limit, trustedProxies: 1 }
  },
)
