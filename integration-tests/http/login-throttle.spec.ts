import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import Medusa from "@medusajs/js-sdk"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { transpileModule } from "typescript"
import purgePasswordResets from "../../src/jobs/purge-password-resets"
import { until } from "../inbox"
import { withStore } from "../store"

const SECRET = "a-secret-that-only-the-storefront-has"
const PASSWORD = "old-password"
let nextPerson = 0
let nextNetwork = 0

withStore(
  "the login throttle, with its defaults",
  (store) => {
    let JANE = ""
    /** Jane's account, as clients are known on it. */
    let account = ""
    const addresses = () => {
      const network = ++nextNetwork
      return (host: number) => ({ "x-forwarded-for": `192.${network}.${host >> 8}.${host & 255}` })
    }
    const login = (from: Record<string, string>, password: string, email = JANE) =>
      store.post("/auth/customer/emailpass", { email, password }, from)
    const statusOf = async (from: Record<string, string>, password: string, email = JANE) =>
      (await login(from, password, email)).status

    beforeEach(async () => {
      JANE = `jane-${++nextPerson}@shop.example`
      const before = await newestAccount()
      await store.register(JANE, PASSWORD)
      await until(async () => {
        account = await newestAccount()
        return account !== before
      }, "the client that registered to be known")
    })

    it("lets no client on that fails ten times on an account, and known clients past all others", async () => {
      const [home, storefront] = [addresses(), addresses()(1)]
      expect(await statusOf(home(1), PASSWORD)).toBe(200)
      expect(await statusOf(storefront, PASSWORD)).toBe(200)
      for (let i = 0; i < 100; i++) {
        await statusOf(storefront, "wrong-password", `${i}-${JANE}`)
      }
      // A hundred failures of others behind the storefront's address, and a right password at once.
      const waiting = [login(storefront, "wrong-password", "a"), login(storefront, "wrong", "b")]
      expect(await statusOf(storefront, PASSWORD)).toBe(200)

      const guesses = await Promise.all(
        Array.from({ length: 11 }, () => statusOf(home(1), "wrong-password")),
      )
      expect(guesses.filter((status) => status === 429)).toHaveLength(1)
      expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([401, 401])
    })

    it.each([
      ["an account", true],
      ["an unknown address", false],
    ])("refuses a flood on %s without asking the database", async (_, isAccount) => {
      const email = isAccount ? JANE : `nobody-${JANE}`
      const from = addresses()
      const eve = from(0)
      const guess = (host: number) => statusOf(from(host), "wrong-password", email)
      // Not more at once than the queue for hashing admits.
      for (const first of [0, 51]) {
        const guesses = Array.from({ length: 51 }, (_, i) => guess(i + first < 5 ? 0 : i + first))
        expect(new Set(await Promise.all(guesses))).toEqual(new Set([401]))
      }
      const leave = new AbortController()
      const waiting = [201, 202, 203].map((host) =>
        fetch(`${store.url}/auth/customer/emailpass`, {
          method: "POST",
          headers: { "content-type": "application/json", ...from(host) },
          body: JSON.stringify({ email, password: "wrong-password" }),
          signal: leave.signal,
        }),
      )
      await until(async () => (await statusOf(eve, "wrong-password", email)) === 429, "a full room")
      const knex = store.container().resolve(ContainerRegistrationKeys.PG_CONNECTION)
      const acquired = jest.spyOn(knex.client, "acquireConnection")
      const statuses = []
      for (let i = 0; i < 60; i++) {
        statuses.push(await statusOf(eve, "wrong-password", email))
      }
      const queries = acquired.mock.calls.length
      acquired.mockRestore()
      leave.abort()
      await Promise.allSettled(waiting)

      expect(new Set(statuses)).toEqual(new Set([429]))
      // Some queries come from the poll for ended sessions, from the sweep, and from those who wait.
      expect(queries).toBeLessThan(statuses.length / 2)
    })

    it.each([
      ["refuses a request", /requests .* refused, after 100 of a kind \(request\)/],
      ["slows a login down", /logins of one client are slowed down/],
    ])("tells the log once what to set where a client's limit first %s", async (what, line) => {
      const logger = store.container().resolve(ContainerRegistrationKeys.LOGGER)
      const { throttle } = store.container().resolve("passwordReset")
      throttle!["hasWarned"] = false
      const warn = jest.spyOn(logger, "warn").mockImplementation(() => undefined)
      const storefront = addresses()(1)
      for (let i = 0; i < 102; i++) {
        const identifier = `${i}-${JANE}`
        await (what === "slows a login down"
          ? login(storefront, "wrong-password", identifier)
          : store.post("/auth/customer/emailpass/reset-password", { identifier }, storefront))
      }
      const lines = warn.mock.calls.flat().filter((line) => line.includes("trustedClients"))
      warn.mockRestore()

      expect(lines).toEqual([expect.stringMatching(line)])
    })

    it("forgets from where the owner signed in when the password is reset", async () => {
      await becomeKnown(addresses()(1))
      expect(JSON.stringify(await known())).not.toMatch(/jane|192\./)

      await store.update(await store.tokenFor(JANE), { password: "new-password" })
      expect(await known()).toEqual([])
    })

    it("keeps the last five places of an account, for 30 days", async () => {
      const home = addresses()
      for (let host = 1; host <= 7; host++) {
        await becomeKnown(home(host))
      }
      expect(await known()).toHaveLength(5)

      await store.sql(
        `UPDATE password_reset_known_client SET seen_at = now() - interval '31 days'
          WHERE client = (SELECT client FROM password_reset_known_client
                           WHERE account = ? ORDER BY seen_at LIMIT 1)`,
        [account],
      )
      await purgePasswordResets(store.container())
      expect(await known()).toHaveLength(4)
    })

    it("tells accounts apart whose addresses fold to one: no success clears another's failures", async () => {
      const TWIN = JANE.replace("jane", "Jane")
      const eve = addresses()(1)
      await store.register("eve@shop.example", "eves-password")
      await store.sql(
        `UPDATE provider_identity SET entity_id = '${TWIN}' WHERE entity_id = 'eve@shop.example'`,
      )
      expect(await statusOf(eve, "eves-password", TWIN)).toBe(200)

      let judged = 0
      for (let round = 0; round < 12; round++) {
        judged += Number((await statusOf(eve, "wrong-password")) === 401)
        await statusOf(eve, "eves-password", TWIN)
      }
      expect(judged).toBe(10)
      expect(await statusOf(addresses()(1), PASSWORD)).toBe(200)
    })

    it("refuses none of 1 050 shoppers behind one address of whom one in ten mistypes", async () => {
      const storefront = addresses()(1)
      const [stored] = await store.sql<{ hash: string }>(
        `SELECT provider_metadata->>'password' AS hash FROM provider_identity WHERE entity_id = '${JANE}'`,
      )
      const shoppers = Array.from({ length: 1050 }, (_, i) => `shopper-${i}@shop.example`)
      await store.sql(
        `WITH people AS (SELECT unnest(string_to_array(?, ' ')) AS email),
              identities AS (INSERT INTO auth_identity (id, app_metadata)
                             SELECT 'authid_' || email, '{}' FROM people)
         INSERT INTO provider_identity (id, entity_id, provider, auth_identity_id, provider_metadata)
         SELECT 'provid_' || email, email, 'emailpass', 'authid_' || email, json_build_object('password', ?::text)
           FROM people`,
        [shoppers.join(" "), stored!.hash],
      )
      const signIn = async (email: string, index: number) => {
        const first = index % 10 ? PASSWORD : "mistyped"
        const status = await statusOf(storefront, first, email)
        return status === 401 ? [status, await statusOf(storefront, PASSWORD, email)] : [status]
      }
      const statuses: number[] = []
      const shop = async () => {
        for (let next = shoppers.pop(); next; next = shoppers.pop()) {
          statuses.push(...(await signIn(next, shoppers.length)))
        }
      }
      await Promise.all(Array.from({ length: 8 }, shop))

      const counts: Record<number, number> = {}
      statuses.forEach((status) => (counts[status] = (counts[status] ?? 0) + 1))
      expect(counts).toEqual({ 200: 1050, 401: 105 }) // Five more failures than the limit.
    })

    it("counts shoppers one by one where the storefront forwards them as the docs show", async () => {
      const docs = readFileSync(join(__dirname, "../../docs/configuration.md"), "utf8")
      const [, snippet] = docs.match(/```ts\n(import Medusa [^`]*sdkFor[^`]*)```/)!
      const module = { exports: {} as { sdkFor: (shopperIp: string) => Medusa } }
      const environment = { MEDUSA_BACKEND_URL: store.url, STOREFRONT_SECRET: SECRET }
      new Function(
        "module",
        "exports",
        "require",
        "process",
        transpileModule(snippet!, {}).outputText,
      )(module, module.exports, () => ({ __esModule: true, default: Medusa }), { env: environment })
      const signIn = (shopperIp: string, email: string, password: string) =>
        module.exports
          .sdkFor(shopperIp)
          .auth.login("customer", "emailpass", { email, password })
          .catch(({ status }: { status: number }) => status)

      for (let i = 0; i < 12; i++) {
        expect(await signIn("203.0.113.66", JANE, "wrong-password")).toBe(i < 10 ? 401 : 429)
      }
      expect(await signIn("203.0.113.7", JANE, PASSWORD)).toEqual(expect.any(String))
    })

    it("ignores whom a browser says it calls for, and tells the log once that the secret is out", async () => {
      const logger = store.container().resolve(ContainerRegistrationKeys.LOGGER)
      const warn = jest.spyOn(logger, "warn").mockImplementation(() => undefined)
      const browser = {
        ...addresses()(1),
        "x-storefront-secret": SECRET,
        "sec-fetch-site": "cross-site",
      }
      const statuses: number[] = []
      for (let i = 0; i < 11; i++) {
        const forged = { ...browser, "x-shopper-ip": `203.0.113.${100 + i}` }
        statuses.push(await statusOf(forged, "wrong-password"))
      }
      const lines = warn.mock.calls.flat().filter((line) => line.includes("secret"))
      warn.mockRestore()

      expect(statuses).toEqual([...Array(10).fill(401), 429]) // Counted as one client.
      expect(lines).toEqual([expect.stringContaining("Replace it")])
      expect(lines.join()).not.toContain(SECRET)
    })

    const newestAccount = async () => {
      const [row] = await store.sql<{ account: string }>(
        "SELECT account FROM password_reset_known_client ORDER BY seen_at DESC LIMIT 1",
      )
      return row?.account ?? ""
    }
    const known = () =>
      store.sql<{ account: string; client: string }>(
        "SELECT account, client FROM password_reset_known_client WHERE account = ?",
        [account],
      )

    /** A success is written after its answer, or, where the database is slow, at the next one. */
    const becomeKnown = async (from: Record<string, string>) => {
      const before = (await known()).map(({ client }) => client)
      await until(async () => {
        await login(from, PASSWORD)
        return (await known()).some(({ client }) => !before.includes(client))
      }, "the client to be known")
    }
  },
  ({ modules }) => {
    modules.passwordReset!.options.throttle = {
      trustedProxies: 1,
      trustedClients: [{ secret: SECRET }],
      redisUrl: process.env.REDIS_URL,
    }
  },
)
