import { createHmac, randomUUID } from "node:crypto"
import { type IncomingMessage, request } from "node:http"
import { text as readText } from "node:stream/consumers"
import fc from "fast-check"
import { until } from "../inbox"
import { withStore } from "../store"

/** How many generated requests are under way at once. */
const GROUP = 10
/** How many groups a property sends at least (100 requests) and at most (500). */
const MIN_GROUPS = 10
const MAX_GROUPS = 50
/** After this time a property stops once it has sent `MIN_GROUPS`. Shrinking counts towards it. */
const TIME_LIMIT_MS = 3000
/** Set by `npm run test:properties`: how many seconds a property runs, with no maximum of groups. */
const { PROPERTY_SECONDS } = process.env
/** How soon each request must be answered on an idle machine. */
const ANSWER_LIMIT_MS = 2000
/** After this time a row is stuck. */
const STUCK_AFTER_MS = 60_000
jest.setTimeout(900_000 + 2000 * Number(PROPERTY_SECONDS ?? 0))

/** Texts of database errors. An answer that has one may also have statements and hashes. */
const DATABASE_ERROR = /insert into|byte sequence|constraint|index row/i

type Headers = Record<string, string>
type Content = { headers: Headers; body: string | Uint8Array }
type Sent = { method: string; path: string; headers: Headers; body?: string | Uint8Array }
type Reply = { sent: Sent; status: number; body: string; milliseconds: number }

/** Placeholder for a good password. Each request gets another one, however often a case is sent. */
const ITS_OWN = "a password of its own"
const withItsOwn = (body: string) => body.replaceAll(ITS_OWN, () => randomUUID())

/** Sends requests that fetch would refuse or change, such as a GET with a body, or dots in the path. */
const send = (base: string, sent: Sent) =>
  new Promise<Reply>((resolve, reject) => {
    const { hostname, port } = new URL(base)
    const { method, path } = sent
    const body = typeof sent.body === "string" ? withItsOwn(sent.body) : sent.body
    const length = body !== undefined && { "content-length": Buffer.byteLength(body) }
    const headers = { ...sent.headers, ...length }
    const began = performance.now()
    const read = async (response: IncomingMessage): Promise<Reply> => {
      const answered = await readText(response)
      const milliseconds = Math.round(performance.now() - began)
      return { sent, status: response.statusCode ?? 0, body: answered, milliseconds }
    }
    request({ hostname, port, method, path, headers, agent: false }, (response) => {
      read(response).then(resolve, reject)
    })
      .on("error", reject)
      .end(body)
  })

const isLate =
  (limit: number) =>
  ({ milliseconds }: Reply) =>
    milliseconds > limit

/** Measures some work, in milliseconds. */
const time = async (work: () => Promise<unknown>) => {
  const began = performance.now()
  await work()
  return performance.now() - began
}

const inShort = (text: string) => (text.length > 200 ? `${text.slice(0, 200)}…` : text)

function expectThat(condition: boolean, { sent, status, body, milliseconds }: Reply) {
  if (!condition) {
    const headers = inShort(JSON.stringify(sent.headers))
    throw new Error(
      `${sent.method} ${inShort(sent.path)} ${headers} ${inShort(String(sent.body ?? ""))} ` +
        `was answered with ${status} ${inShort(body)} after ${milliseconds} ms`,
    )
  }
}

/** Prints seed and path, which reproduce the counterexample: in full it would fill pages. */
function failInShort<T>({ failed, seed, counterexamplePath, ...details }: fc.RunDetails<T>) {
  if (failed) {
    const why = details.errorInstance ?? `${details.numRuns} groups took too long`
    throw new Error(`{ seed: ${seed}, path: "${counterexamplePath}" } ${why}`)
  }
}

// Text.

const INHERITED_KEYS = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"]
const repeated = (unit: fc.Arbitrary<string>, most: number) =>
  fc.tuple(unit, fc.integer({ min: 1, max: most })).map(([letter, times]) => letter.repeat(times))
/** UTF-16 code units, with lone surrogates and NUL among them. */
const utf16 = fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit))
/** Text in which every letter differs: as a domain it is expensive to fold. */
const manyLetters = fc
  .integer({ min: 1, max: 20_000 })
  .map((count) =>
    Array.from({ length: count }, (_, at) => String.fromCharCode(0x4e00 + at)).join(""),
  )
const text = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: "binary" }) },
  { weight: 3, arbitrary: fc.string({ unit: utf16 }) },
  { weight: 3, arbitrary: fc.emailAddress() },
  fc.constantFrom("", " ", "\u0000", "\ud800", "\udc00@shop.example", "@", "%s"),
  fc.constantFrom(...INHERITED_KEYS),
  repeated(utf16, 30_000),
  manyLetters.map((letters) => `jane@${letters}`),
)
/** Passwords that are too short in every normal form of Unicode. */
const tooShort = fc.string({ unit: "binary", maxLength: 2 })

// JSON as text. So it can be nested deeper than an object, and can have a key twice.

const notText = fc
  .oneof(
    { weight: 2, arbitrary: fc.json() },
    { weight: 2, arbitrary: fc.anything().map((value) => JSON.stringify(value) ?? "null") },
    fc.constantFrom("null", "true", "-0", "1e400", "12345678", "[]", "{}", '{"length":9}'),
    fc
      .oneof(fc.nat({ max: 2000 }), fc.nat({ max: 30_000 }))
      .map((depth) => `{"x":${"[".repeat(depth)}${"]".repeat(depth)}}`),
  )
  .filter((json) => !json.startsWith('"'))
const quoted = (texts: fc.Arbitrary<string>) => texts.map((value) => JSON.stringify(value))
const json = fc.oneof(quoted(text), notText)
const mostly = (texts: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 4, arbitrary: quoted(texts) }, { weight: 1, arbitrary: notText })

const keys = fc.oneof(fc.constantFrom(...INHERITED_KEYS), text)
type Fields = Record<string, fc.Arbitrary<string>>
/** Objects with any of the fields, after unexpected ones. */
const objectOf = (fields: Fields) =>
  fc
    .tuple(
      fc.oneof(fc.constant([]), fc.array(fc.tuple(keys, json), { maxLength: 2 })),
      fc.record(fields, { requiredKeys: [] }),
    )
    .map(([others, own]) => [...others, ...Object.entries(own)])
    .map((all) => `{${all.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join()}}`)

// Bodies.

const typed = (type: string, body: string | Uint8Array): Content => ({
  headers: { "content-type": type },
  body,
})
const OTHER_TYPES = [
  "text/plain",
  "text/html; charset=utf-16",
  "application/octet-stream",
  "application/json; charset=utf-16",
  "application/json; charset=nonsense",
  "application/vnd.api+json",
  "application/x-www-form-urlencoded; charset=utf-7",
  "multipart/form-data; boundary=x",
  "multipart/form-data",
  "/",
  ";",
]
/** Bodies with the fields, in several formats, and bodies of other kinds. */
const bodiesOf = (fields: Fields, inForms = text) => {
  const objects = objectOf(fields)
  const names = Object.keys(fields).flatMap((name) => [name, `${name}[]`, `${name}[x][y]`])
  const form = fc
    .array(
      fc.tuple(fc.constantFrom(...names, "__proto__[x]", "constructor[prototype][x]"), inForms),
    )
    .map((entries) => String(new URLSearchParams(entries)))
  const broken = fc.tuple(objects, fc.nat()).map(([whole, at]) => whole.slice(0, at % whole.length))
  return fc.oneof(
    { weight: 20, arbitrary: objects.map((body) => typed("application/json", body)) },
    { weight: 2, arbitrary: form.map((body) => typed("application/x-www-form-urlencoded", body)) },
    { weight: 2, arbitrary: broken.map((body) => typed("application/json", body)) },
    json.filter((body) => !body.startsWith("{")).map((body) => typed("application/json", body)),
    fc.uint8Array().map((body) => typed("application/json", body)),
    fc
      .tuple(fc.constantFrom(...OTHER_TYPES), fc.oneof(objects, text, fc.uint8Array()))
      .map(([type, body]) => typed(type, body)),
  )
}

// Paths.

const URL_SAFE = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@"
const urlSafe = fc.constantFrom(...URL_SAFE)
const actors = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("customer", "user") },
  fc.constantFrom("vendor", "*", ".", "..", "%63ustomer", "%00", "%2F"),
  fc.constantFrom(...INHERITED_KEYS),
  fc.string({ unit: urlSafe, minLength: 1 }),
  fc.string({ unit: "binary", minLength: 1 }).map((actor) => encodeURIComponent(actor)),
  repeated(urlSafe, 2000),
)
/** Whether a part of a path can name an actor type. */
const isActorType = (actor: string) => {
  const name = decodeURIComponent(actor)
  return name.length <= 64 && !/\p{Cc}/u.test(name)
}
const actorTypes = actors.filter(isActorType)
const noActorTypes = actors.filter((actor) => !isActorType(actor))
/** Without names that every object inherits: Medusa's own routes answer 500 to these. */
const actorsForMedusa = actors.filter((actor) => !(decodeURIComponent(actor) in {}))

// Headers. Those of one request fit into the 16 KB that Node accepts.

const LATIN1 = [...Array(0x5f).keys(), ...Array.from({ length: 0x5f }, (_, at) => at + 0x81)]
const inHeader = fc.constantFrom(...LATIN1.map((code) => String.fromCharCode(code + 0x20)))
const headerText = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: inHeader }) },
  // Medusa parses `Authorization` in quadratic time: 0.3 s for 16 KB.
  repeated(inHeader, 3000),
)
const port = fc.nat({ max: 99_999 })
const hop = fc.oneof(
  { weight: 3, arbitrary: fc.ipV4() },
  { weight: 3, arbitrary: fc.ipV6() },
  fc.ipV4Extended(),
  fc.tuple(fc.ipV4(), port).map(([address, at]) => `${address}:${at}`),
  fc.tuple(fc.ipV6(), port).map(([address, at]) => `[${address}]:${at}`),
  fc.constantFrom("", "unknown", "_hidden", "::ffff:192.0.2.1", "fe80::1%eth0", "[", "[]:", "1:"),
  fc.string({ unit: inHeader, maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(...":.[]%0f "), maxLength: 40 }),
)
const forwardedFor = fc.oneof(
  { weight: 4, arbitrary: fc.array(hop).map((hops) => hops.join(", ")) },
  repeated(
    hop.map((one) => `${one},`),
    4000,
  ).map((hops) => hops.slice(0, 7000)),
  repeated(inHeader, 7000),
)
const cookie = fc.oneof(
  headerText,
  fc.string({ unit: "binary" }).map((id) => `connect.sid=${encodeURIComponent(id)}`),
  fc.uuid().map((id) => `connect.sid=s%3A${id}.${id}`),
)
const noise: fc.Arbitrary<Headers> = fc.record(
  { "x-forwarded-for": forwardedFor, cookie },
  { requiredKeys: [] },
)
const alongWith = (more: fc.Arbitrary<Headers>) =>
  fc.tuple(noise, more).map(([some, others]): Headers => ({ ...some, ...others }))
const bearer = (token: unknown) => ({ authorization: `Bearer ${token}` })
const basic = (user: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:`).toString("base64")}`,
})

// Tokens.

const base64url = (value: string | Uint8Array) => Buffer.from(value).toString("base64url")
const claimsOf = (fields: Fields) => fc.oneof({ weight: 4, arbitrary: objectOf(fields) }, json)
/** A JWT that anybody could make up. */
const jwtOf = (fields: Fields) => {
  const algorithms = fc.constantFrom("none", "None", "HS256", "HS512", "RS256", "", null, 7)
  const header = fc.oneof(
    { weight: 4, arbitrary: algorithms.map((alg) => JSON.stringify({ alg, typ: "JWT" })) },
    json,
  )
  const signature = fc.oneof(fc.constant(""), fc.uint8Array({ maxLength: 64 }).map(base64url))
  return fc
    .tuple(header, claimsOf(fields), signature)
    .map(([head, claims, end]) => `${base64url(head)}.${base64url(claims)}.${end}`)
}
/** A JWT signed by the shop's own secret, with claims that the shop would never sign. */
const signedOf = (fields: Fields) =>
  claimsOf(fields).map((claims) => {
    const signed = `${base64url(`{"alg":"HS256","typ":"JWT"}`)}.${base64url(claims)}`
    const hmac = createHmac("sha256", process.env.JWT_SECRET as string).update(signed)
    return `${signed}.${hmac.digest("base64url")}`
  })
/** Damaged copies of a token, for example cut off or with a flipped bit. */
const spoilt = (token: string) => {
  const parts = token.split(".")
  const turned = (bytes: Buffer, bit: number) => {
    bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    return bytes
  }
  return fc
    .oneof(
      fc.nat({ max: token.length - 1 }).map((length) => token.slice(0, length)),
      fc
        .nat({ max: token.length * 8 - 1 })
        .map((bit) => turned(Buffer.from(token), bit).toString("latin1")),
      fc.tuple(fc.nat({ max: 2 }), fc.nat()).map(([at, bit]) => {
        const bytes = Buffer.from(parts[at] as string, "base64url")
        return parts.with(at, base64url(turned(bytes, bit % (bytes.length * 8)))).join(".")
      }),
      fc.shuffledSubarray(parts).map((some) => some.join(".")),
      fc.constantFrom("none", "HS384").map((alg) =>
        parts
          .with(0, base64url(JSON.stringify({ alg })))
          .with(2, "")
          .join("."),
      ),
      inHeader.map((letter) => token + letter),
    )
    .filter((other) => /^[\x21-\x7e\xa1-\xff]*$/.test(other) && other !== token)
}
const inAuthorization = (tokens: fc.Arbitrary<string>) => {
  const schemes = fc.constantFrom("Bearer ", "bearer ", "Bearer  \t", "Basic ", "Bearer", "")
  return fc
    .oneof(
      { weight: 4, arbitrary: tokens.map((token) => `Bearer ${token}`) },
      fc.tuple(schemes, tokens).map(([scheme, token]) => scheme + token),
      headerText,
    )
    .filter((value) => value.length < 4000)
    .map((authorization): Headers => ({ authorization }))
}

type Route = {
  method: string | fc.Arbitrary<string>
  path: string | fc.Arbitrary<string>
  headers?: fc.Arbitrary<Headers>
  content?: fc.Arbitrary<Content>
}
const either = (one: string | fc.Arbitrary<string>) =>
  typeof one === "string" ? fc.constant(one) : one
const requestsTo = ({ method, path, headers = noise, content }: Route): fc.Arbitrary<Sent> =>
  fc
    .tuple(either(method), either(path), headers, content ?? fc.constant(undefined))
    .map(([verb, to, some, given]) => ({
      method: verb,
      path: to,
      headers: { ...some, ...given?.headers },
      body: given?.body,
    }))
/** Without names with two dots: Medusa's own parser of queries answers 500 to these. */
const namesForMedusa = keys.filter((name) => !name.includes("."))
/** Queries with supported and unsupported names. */
const queryOf = (...names: string[]) =>
  fc
    .array(
      fc.tuple(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...names) }, namesForMedusa), text),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    .map((entries) => String(new URLSearchParams(entries)))
    .filter((query) => query.length < 8000)
const underAuth = (end: string, of = actors) => of.map((actor) => `/auth/${actor}/emailpass${end}`)

const JANE = "jane@shop.example"
const BOSS = "boss@shop.example"
const PASSWORD = "old-password"
const ALLOWED_PAGE = "https://shop.example/fr"
const IDENTITIES = ["auth_identity", "provider_identity"]
const RESETS = ["password_reset", "password_reset_cutoff", "auth_password_reset_token"]
const STATE = [...IDENTITIES, ...RESETS]

const noPassword = { password: mostly(tooShort) }
const wrongChanges = fc.oneof(
  bodiesOf({
    old_password: mostly(text),
    password: mostly(text),
    keep_session: fc.oneof({ weight: 4, arbitrary: fc.constant("true") }, json),
  }),
  bodiesOf({ old_password: fc.constant(`"${PASSWORD}"`), ...noPassword }, tooShort),
)

withStore(
  "whatever anybody sends,",
  (store) => {
    let publishable: Headers
    let authIdentityId = ""
    /** Jane is a customer. These are the token of her link, her JWT and her cookie. */
    let link = ""
    let session = ""
    let cookieSession: Headers
    /** The JWT of a user. */
    let bossSession = ""
    /** The API key of a back end. */
    let secretKey = ""
    /** The id of Jane's reset. */
    let resetId = ""

    const signIn = async (email: string, actor: string, password = PASSWORD) => {
      const { status, body } = await store.login(email, password, actor)
      expect(status).toBe(200)
      return body.token as string
    }
    const rowsOf = async (tables: string[]) => {
      const each = tables.map((table) => `SELECT '${table} ' || t::text AS row FROM ${table} t`)
      const rows = await store.sql<{ row: string }>(`${each.join(" UNION ALL ")} ORDER BY 1`)
      return rows.map(({ row }) => row)
    }

    beforeEach(async () => {
      publishable = await store.publishableKey()
      await store.register(JANE, PASSWORD)
      await store.register(BOSS, PASSWORD, "user")
      authIdentityId = await store.identityOf(JANE)
      await store.becomeCustomer(JANE)
      await store.becomeUser(BOSS)
      session = await signIn(JANE, "customer")
      bossSession = await signIn(BOSS, "user")
      const { headers } = await store.post("/auth/session", undefined, bearer(session))
      cookieSession = { cookie: headers.getSetCookie()[0]!.split(";")[0]! }
      secretKey = (await store.apiKey("secret")).token
      link = await store.tokenFor(JANE)
      resetId = (await store.resets())[0]!.id
    })

    afterEach(async () => {
      const me = await store.get("/store/customers/me", { ...publishable, ...bearer(session) })
      expect(me.status).toBe(200)
      expect((await store.check(link)).status).toBe(200)
      expect((await store.update(link, { password: "new-password" })).status).toBe(200)
      await signIn(JANE, "customer", "new-password")
    })

    /** Sends generated requests. `judge` gets each group's answers, and the rows before and after. */
    const forAll = async (
      requests: fc.Arbitrary<Sent>,
      tables: string[],
      judge: (replies: Reply[], before: string[], after: string[]) => void | Promise<void>,
    ) => {
      const statuses = new Set<number>()
      const groups = fc.array(requests, { minLength: GROUP, maxLength: GROUP })
      const limit = PROPERTY_SECONDS ? Number(PROPERTY_SECONDS) * 1000 : TIME_LIMIT_MS
      const end = performance.now() + limit
      let run = 0
      const property = fc.asyncProperty(groups, async (group) => {
        // When the time is up, groups pass without being sent. An earlier counterexample still fails.
        if (run >= MIN_GROUPS && performance.now() > end) {
          return
        }
        run++
        // While shrinking, an earlier case may have changed the password. Then this one tells nothing.
        fc.pre((await store.login(JANE, PASSWORD)).status === 200)
        const before = await rowsOf(tables)
        const sendAll = () => Promise.all(group.map((sent) => send(store.url, sent)))
        const replies = await sendAll()
        for (const reply of replies) {
          statuses.add(reply.status)
          expectThat(reply.status < 500, reply)
          expectThat(!DATABASE_ERROR.test(reply.body), reply)
        }
        await judge(replies, before, await rowsOf(tables))
        if (replies.some(isLate(ANSWER_LIMIT_MS))) {
          // Other suites may have slowed it down. A request that is slow by itself is slow again, and much
          // slower than as many logins at the same time.
          const again = await sendAll()
          const login = await time(() => Promise.all(group.map(() => signIn(JANE, "customer"))))
          const late = again.find(isLate(Math.max(ANSWER_LIMIT_MS, 10 * login)))
          expectThat(!late, late ?? again[0]!)
        }
        // A login also clears the count of wrong passwords, so that no limit hides the code behind it.
        await Promise.all([signIn(JANE, "customer"), signIn(BOSS, "user")])
      })
      await fc.assert(property, {
        numRuns: PROPERTY_SECONDS ? 1_000_000 : MAX_GROUPS,
        reporter: failInShort,
      })
      expect([...statuses]).not.toContain(429)
    }

    /** Expects each answer to have a right status, and no row to change. */
    const expectNoChange = (requests: fc.Arbitrary<Sent>, isRight: (status: number) => boolean) =>
      forAll(requests, STATE, (replies, before, after) => {
        replies.forEach((reply) => expectThat(isRight(reply.status), reply))
        expect(after).toEqual(before)
      })
    const refused = (status: number) => status >= 400
    const unauthorized = (status: number) => status === 401

    const sessionClaims = () => ({
      auth_identity_id: fc.oneof(mostly(text), fc.constant(JSON.stringify(authIdentityId))),
      actor_id: mostly(text),
      actor_type: fc.oneof(fc.constant(`"customer"`), fc.constant(`"user"`), json),
      app_metadata: fc.oneof(objectOf({ password_generation: notText, customer_id: json }), json),
      iat: notText,
      exp: notText,
      jti: json,
    })
    const resetClaims = {
      entity_id: fc.oneof(fc.constant(`"${JANE}"`), mostly(text)),
      actor_type: fc.oneof(fc.constant(`"customer"`), json),
      provider: fc.oneof(fc.constant(`"emailpass"`), json),
      purpose: fc.oneof(fc.constant(`"reset"`), json),
      jti: fc.oneof(quoted(fc.uuid()), json),
      exp: fc.oneof(fc.constant("4000000000"), notText),
    }
    const wrongSessions = () => {
      const { cookie: genuine = "" } = cookieSession
      const tokens = fc.oneof(jwtOf(sessionClaims()), spoilt(session), fc.constant(link))
      const cut = fc.nat({ max: genuine.length - 1 }).map((end) => genuine.slice(0, end))
      const cookies = cut.map((rest): Headers => ({ cookie: rest }))
      return alongWith(
        fc.oneof(
          { weight: 4, arbitrary: inAuthorization(tokens) },
          { weight: 1, arbitrary: cookies },
        ),
      )
    }
    const wrongLinks = () => {
      const made = fc.oneof(jwtOf(resetClaims), jwtOf(sessionClaims()), signedOf(resetClaims))
      const other = fc.oneof(spoilt(link), spoilt(session), fc.constant(session))
      return alongWith(inAuthorization(fc.oneof(made, other)))
    }
    const keysOfAStorefront = (): Headers => ({
      ...publishable,
      "x-storefront-key": publishable["x-publishable-api-key"] as string,
    })
    const resetPaths = () =>
      [resetId, "pwres_01ARZ3NDEKTSV4RRFFQ69G5FAV"].map(
        (id) => `/api/customer_password_resets/${id}`,
      )
    /** Documents of JSON:API. If they name a reset, it is the one of Jane's link. */
    const documentsOf = (attributes: Fields) =>
      fc
        .oneof(
          objectOf(attributes).map(
            (members) =>
              `{"data":{"type":"customer_password_resets","id":"${resetId}","attributes":${members}}}`,
          ),
          objectOf({ data: objectOf({ attributes: objectOf(attributes), type: json, id: json }) }),
          json,
        )
        .map((body) => typed("application/vnd.api+json", body))
    const anyHeaders = () => fc.oneof(noise, wrongSessions(), wrongLinks())

    /** Expects the worker to finish all requests. Deletes those that are stuck, for the next case. */
    const expectAllToEnd = async () => {
      const open = "FROM password_reset WHERE status IN ('accepted', 'issued')"
      const find = () => store.sql(`SELECT status, actor_type, identifier, metadata ${open}`)
      const haveEnded = async () => !(await find()).length
      await until(haveEnded, "the worker", STUCK_AFTER_MS).catch(() => undefined)
      const stuck = await find()
      await store.sql(`DELETE ${open}`)
      expect(stuck).toEqual([])
    }

    it("a request for a reset is taken down whole or refused, and comes to an end", async () => {
      const NEW = "new@shop.example"
      await store.register(NEW, PASSWORD)
      const kept = [await rowsOf(IDENTITIES), await rowsOf(["password_reset"])]
      const plausible = fc
        .record({
          identifier: fc.oneof(fc.emailAddress(), fc.constantFrom(NEW, " New@Shop.Example")),
          metadata: fc.oneof(
            fc.constantFrom({}, { locale: "fr" }, { redirect_url: `${ALLOWED_PAGE}/reset?a#b` }),
            fc.object(),
          ),
        })
        .map((body) => typed("application/json", JSON.stringify(body)))
      const metadata = objectOf({ redirect_url: mostly(fc.webUrl()), locale: json })
      const requests = requestsTo({
        method: "POST",
        path: underAuth("/reset-password"),
        headers: anyHeaders(),
        content: fc.oneof(
          plausible,
          bodiesOf({ identifier: mostly(text), metadata: fc.oneof(metadata, notText) }),
        ),
      })

      await forAll(requests, ["password_reset"], async (replies, before, after) => {
        const accepted = replies.filter(({ status }) => status === 201)
        expect(after.length - before.length).toBe(accepted.length)
        await expectAllToEnd()
      })

      expect(await rowsOf(IDENTITIES)).toEqual(kept[0])
      expect(await rowsOf(["password_reset"])).toEqual(expect.arrayContaining(kept[1]!))
      expect((await store.mailFor(NEW)).recipients).toEqual([NEW])
    })

    it("so it is in a dialect", async () => {
      const addresses = mostly(fc.oneof(fc.emailAddress(), text))
      const requests = requestsTo({
        method: "POST",
        path: fc.constantFrom(
          "/store/customers/password-token",
          "/api/shop/customers/forgot-password",
        ),
        headers: anyHeaders().map((headers) => ({ ...headers, ...keysOfAStorefront() })),
        content: bodiesOf({ email: addresses }),
      })

      await forAll(requests, ["password_reset"], async (replies, before, after) => {
        const accepted = replies.filter(({ status }) => status < 300)
        expect(after.length - before.length).toBe(accepted.length)
        await expectAllToEnd()
      })
    })

    it("no made-up token sets a password in a dialect", () => {
      const made = fc.oneof(jwtOf(resetClaims), signedOf(resetClaims), spoilt(link), text)
      const token = mostly(fc.oneof(made, fc.constant(session)))
      const email = fc.oneof(fc.constant(`"${JANE}"`), mostly(text))
      const password = mostly(text)
      const headers = noise.map((some) => ({ ...some, ...keysOfAStorefront() }))
      return expectNoChange(
        fc.oneof(
          requestsTo({
            method: "POST",
            path: "/store/customers/password-reset",
            headers,
            content: bodiesOf({ email, token, password }),
          }),
          requestsTo({
            method: fc.constantFrom("POST", "PUT"),
            path: "/api/shop/customers/reset-password",
            headers,
            content: bodiesOf({ email, token, password, password_confirmation: password }),
          }),
          requestsTo({
            method: "PATCH",
            path: fc.constantFrom(...resetPaths()),
            headers,
            content: documentsOf({ customer_password: password, _reset_password_token: token }),
          }),
        ),
        refused,
      )
    })

    it("no back end starts a reset for nobody", () => {
      const metadata = fc.oneof(objectOf({ redirect_url: mostly(fc.webUrl()) }), notText)
      const named = { reference: mostly(text), reference_origin: mostly(text), metadata }
      const bearing = noise.map((some) => ({ ...some, ...bearer(secretKey) }))
      return expectNoChange(
        fc.oneof(
          requestsTo({
            method: "POST",
            path: "/admin/password-resets",
            headers: alongWith(fc.constant(basic(secretKey))),
            content: bodiesOf({
              ...named,
              identifier: mostly(text),
              actor_type: mostly(actors),
              deliver: fc.oneof(fc.constant("false"), json),
            }),
          }),
          requestsTo({
            method: "POST",
            path: "/api/customer_password_resets",
            headers: bearing,
            content: documentsOf({ ...named, customer_email: mostly(text) }),
          }),
        ),
        refused,
      )
    })

    it("whatever is looked for is found, or is nowhere", () => {
      const operators = ["$gt", "$in", "$like", "$or", "x"].map((name) => `created_at[${name}]`)
      const filters = ["q", "id", "status", "status[]", "actor_type", "identifier", "reference"]
      const paging = ["order", "limit", "offset", "fields", "with_deleted", "created_at"]
      const ids = fc.oneof(
        fc.constantFrom("", ...resetPaths().map((path) => path.slice(-32))),
        text
          .map((id) => new URLSearchParams({ id }).toString().slice(3))
          .filter((id) => id.length < 8000),
      )
      return expectNoChange(
        fc.oneof(
          requestsTo({
            method: "GET",
            path: fc
              .tuple(ids, queryOf(...operators, ...filters, ...paging))
              .map(([id, query]) => `/admin/password-resets/${id}?${query}`),
            headers: alongWith(fc.constant(bearer(bossSession))),
          }),
          requestsTo({
            method: "GET",
            path: fc
              .tuple(
                ids,
                queryOf(
                  "page[number]",
                  "page[size]",
                  "sort",
                  "filter[q][customer_email_eq]",
                  "fields[customer_password_resets]",
                ),
              )
              .map(([id, query]) => `/api/customer_password_resets/${id}?${query}`),
            headers: noise.map((some) => ({ ...some, ...bearer(secretKey) })),
          }),
        ),
        (status) => [200, 400, 404].includes(status),
      )
    })

    it("no operator's reset is ended by what is no id", () =>
      expectNoChange(
        requestsTo({
          method: "POST",
          path: text
            .map((id) => new URLSearchParams({ id }).toString().slice(3))
            .filter((id) => id.length < 8000)
            .map((id) => `/admin/password-resets/${id}/cancel`),
          headers: alongWith(fc.constant(bearer(bossSession))),
          content: bodiesOf({ id: json }),
        }),
        refused,
      ))

    it("no made-up token passes the check of a link", () =>
      expectNoChange(
        requestsTo({ method: "GET", path: underAuth("/reset-password"), headers: wrongLinks() }),
        refused,
      ))

    it("no made-up token sets a password", () =>
      expectNoChange(
        requestsTo({
          method: "POST",
          path: underAuth("/update"),
          headers: wrongLinks(),
          content: bodiesOf({ password: mostly(text), email: mostly(text) }),
        }),
        refused,
      ))

    it("no link is burnt by a body without a good password", () =>
      expectNoChange(
        requestsTo({
          method: "POST",
          path: underAuth("/update"),
          headers: alongWith(fc.constant(bearer(link))),
          content: bodiesOf({ email: mostly(text), ...noPassword }, tooShort),
        }),
        refused,
      ))

    it("the rules for a password are there to read", () =>
      expectNoChange(
        requestsTo({
          method: "GET",
          path: underAuth("/password-policy", actorTypes),
          headers: anyHeaders(),
        }),
        (status) => status === 200,
      ))

    it("there are no rules for what can't be an actor type", () =>
      expectNoChange(
        requestsTo({
          method: "GET",
          path: underAuth("/password-policy", noActorTypes),
          headers: anyHeaders(),
        }),
        (status) => status === 404,
      ))

    it("nobody signs in with a password that is not theirs", () =>
      expectNoChange(
        requestsTo({
          method: fc.constantFrom("GET", "POST"),
          path: underAuth("", actorsForMedusa),
          headers: anyHeaders(),
          content: bodiesOf({
            email: mostly(fc.oneof({ weight: 3, arbitrary: text }, fc.constant(JANE))),
            password: mostly(text),
          }),
        }),
        refused,
      ))

    it("nobody registers with a password that is none", () =>
      expectNoChange(
        requestsTo({
          method: "POST",
          path: underAuth("/register", actorsForMedusa),
          headers: anyHeaders(),
          content: bodiesOf({ email: mostly(text), ...noPassword }, tooShort),
        }),
        refused,
      ))

    it("who registers has an account, and who is refused has left nothing", async () => {
      const kept = await rowsOf(IDENTITIES)
      const requests = requestsTo({
        method: "POST",
        path: underAuth("/register", actorsForMedusa),
        headers: anyHeaders(),
        content: bodiesOf({ email: mostly(text), password: fc.constant(`"${ITS_OWN}"`) }),
      })

      await forAll(requests, IDENTITIES, (replies, before, after) => {
        const registered = replies.filter(({ status }) => status === 200)
        expect(after.length - before.length).toBe(IDENTITIES.length * registered.length)
      })

      expect(await rowsOf(IDENTITIES)).toEqual(expect.arrayContaining(kept))
    })

    it("no customer changes a password without the old one and a good new one", () =>
      expectNoChange(
        requestsTo({
          method: "POST",
          path: "/store/customers/me/password",
          headers: fc
            .constantFrom<Headers>(bearer(session), cookieSession)
            .map((own) => ({ ...publishable, ...own })),
          content: wrongChanges,
        }),
        refused,
      ))

    it("no user changes a password without the old one and a good new one", () =>
      expectNoChange(
        requestsTo({
          method: "POST",
          path: "/admin/users/me/password",
          headers: alongWith(fc.constant(bearer(bossSession))),
          content: wrongChanges,
        }),
        refused,
      ))

    it("no made-up session changes a password", () =>
      expectNoChange(
        requestsTo({
          method: "POST",
          path: fc.constantFrom("/store/customers/me/password", "/admin/users/me/password"),
          headers: wrongSessions().map((wrong) => ({ ...publishable, ...wrong })),
          content: bodiesOf({
            old_password: fc.constant(`"${PASSWORD}"`),
            password: fc.constant(`"new-password"`),
          }),
        }),
        refused,
      ))

    it("no made-up session is one, or is traded for one", () => {
      const headers = wrongSessions().map((wrong) => ({ ...publishable, ...wrong }))
      return expectNoChange(
        fc.oneof(
          requestsTo({ method: "GET", path: "/store/customers/me", headers }),
          requestsTo({ method: "POST", path: "/auth/token/refresh", headers }),
        ),
        unauthorized,
      )
    })
  },
  ({ modules }) => {
    const { options } = modules.passwordReset!
    options.throttle = { ...options.throttle, trustedProxies: 1 }
    options.dialects = ["medusa-v1", "commerce-layer", "bagisto"]
    options.admin = { returnToken: true }
    options.allowedRedirectUrls = { customer: [ALLOWED_PAGE] }
  },
)
