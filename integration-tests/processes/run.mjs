import { resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { stripVTControlCharacters } from "node:util"
import { Checks, expect, expectSame, until } from "../../support/checks.mjs"
import { bearer, Client } from "../../support/client.mjs"
import { freePort } from "../../support/free-port.ts"
import { startShop } from "../../support/shop.mjs"
import { Store } from "../../support/store.mjs"

/**
 * `npm run test:processes`: two real instances of one shop on one database. What holds in one
 * process must hold across them, and when one of them is killed.
 *
 * `node integration-tests/processes/run.mjs DIR` runs on the store in DIR; by default the plugin is its own.
 */
const HOME = resolve(process.argv[2] ?? fileURLToPath(new URL("../..", import.meta.url)))
const USES = 50
/** A line of Medusa's log at level info or above. */
const LOUD = /^.{0,30}\b(info|warn|error)\b/
const OPTIONS = {
  dialects: ["medusa-v1", "commerce-layer", "bagisto"],
  admin: { returnToken: true },
}
const checks = new Checks()
const test = checks.test.bind(checks)

/** Every password and every token of a reset that went over the wire, with the token's `jti`. */
const secrets = new Set()

console.log("\nTwo instances of one shop")
const shop = await startShop({
  cwd: HOME,
  env: { LOG_LEVEL: "silly", PLUGIN_OPTIONS: JSON.stringify(OPTIONS) },
  beforeStart: async (store) => {
    await store.run("user", "--email", "admin@shop.example", "--password", "old-password")
  },
})
const { inbox, postgres, store } = shop
const second = new Store({ cwd: HOME, env: store.env })
const port = await freePort()
const sql = (statement) => postgres.query("shop", statement)
try {
  await test("the second one starts", () => second.start(port))
  const a = new Client(shop.url, secrets)
  const b = new Client(`http://localhost:${port}`, secrets)

  const account = async (name) => {
    const email = `${name}@shop.example`
    expectSame((await a.register(email, "old-password")).status, 200)
    return email
  }
  const withSecret = (token) => {
    const { jti } = JSON.parse(Buffer.from(token.split(".")[1], "base64url"))
    secrets.add(token).add(token.split(".")[2]).add(jti)
    return token
  }
  const tokenFor = async (email, actor = "customer") => {
    await a.ask(email, actor)
    const { text } = await inbox.waitForMail(email)
    return withSecret(new URL(/https?:\/\/\S+/.exec(text)[0]).searchParams.get("token"))
  }

  await test(`a link that is used ${USES} times at once, on both, works once`, async () => {
    const email = await account("jane")
    const token = await tokenFor(email)
    const answers = await Promise.all(
      Array.from({ length: USES }, (_, index) =>
        (index % 2 ? a : b).update(token, `new-password-${index}`),
      ),
    )
    const winners = answers.flatMap(({ status }, index) => (status === 200 ? [index] : []))
    const losers = answers.filter(({ status }) => status !== 200)
    expectSame([winners.length, losers.length], [1, USES - 1])
    for (const { status, body } of losers) {
      expectSame([status, body.code], [401, "token_used"])
    }
    expectSame((await b.login(email, `new-password-${winners[0]}`)).status, 200)
  })

  await test("ten requests at once, on both, leave one link that works", async () => {
    const email = await account("joan")
    const asked = Array.from({ length: 10 }, (_, index) => (index % 2 ? a : b).ask(email))
    await Promise.all(asked)
    await inbox.waitForMail(email)
    const living = () =>
      sql(
        `SELECT id FROM password_reset WHERE entity_id = '${email}' AND status IN ('issued', 'sent')`,
      )
    const open = () => sql(`SELECT id FROM password_reset WHERE status IN ('accepted', 'issued')`)
    await until(async () => !(await open()).length, "the workers")
    expectSame((await living()).length, 1)
  })

  await test("failed logins on both count together", async () => {
    const email = await account("jill")
    // A registration ends as a good login does: shortly after its answer, it clears the count.
    const counted = () => sql(`SELECT 1 FROM password_reset_throttle WHERE key LIKE 'login:%'`)
    await until(async () => !(await counted()).length, "the registration to be over")
    for (let guess = 0; guess < 10; guess++) {
      expectSame((await (guess % 2 ? a : b).login(email, "wrong-password")).status, 401)
    }
    expectSame((await a.login(email, "old-password")).status, 429)
    expectSame((await b.login(email, "old-password")).status, 429)
  })

  await test("a reset on one clears them on both", async () => {
    const email = "jill@shop.example"
    expectSame((await a.update(await tokenFor(email), "new-password")).status, 200)
    expectSame((await a.login(email, "new-password")).status, 200)
    await until(async () => (await b.login(email, "new-password")).status === 200, "the other", 15)
  })

  await test("a session that is ended on one ends on the other within 5 s", async () => {
    const email = "admin@shop.example"
    const session = (await b.login(email, "old-password", "user")).body.token
    expectSame((await b.adminMe(session)).status, 200)
    expectSame((await a.update(await tokenFor(email, "user"), "new-password", "user")).status, 200)
    expectSame((await a.adminMe(session)).status, 401)
    const refresh = await b.post("/auth/token/refresh", undefined, bearer(session))
    expectSame(refresh.status, 401)
    await until(async () => (await b.adminMe(session)).status === 401, "the other instance", 5)
    const fresh = (await b.login(email, "new-password", "user")).body.token
    expectSame([(await a.adminMe(fresh)).status, (await b.adminMe(fresh)).status], [200, 200])
    await second.stop()
    await second.start(port)
    expectSame([(await b.adminMe(session)).status, (await b.adminMe(fresh)).status], [401, 200])
  })

  await test("an instance that is killed before it has written leaves the link as it was", async () => {
    const email = await account("jade")
    const token = await tokenFor(email)
    await sql(
      `CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN PERFORM pg_sleep(2); RETURN NEW; END $$;
       CREATE TRIGGER wait BEFORE UPDATE ON provider_identity FOR EACH ROW EXECUTE FUNCTION wait()`,
    )
    const cut = b.update(token, "new-password").catch(() => ({ status: "cut" }))
    const writing = () =>
      sql(`SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = 'shop'`)
    await until(async () => (await writing()).length > 0, "the write to begin")
    await second.kill()
    expectSame((await cut).status, "cut")
    await until(async () => (await writing()).length === 0, "the database to notice")
    await sql(`DROP TRIGGER wait ON provider_identity; DROP FUNCTION wait`)
    expectSame((await a.check(token)).status, 200)
    expectSame((await a.login(email, "old-password")).status, 200)
    expectSame((await a.update(token, "newer-password")).status, 200)
    await second.start(port)
  })

  await test("an instance that is killed after it has written leaves the link used", async () => {
    const email = await account("june")
    const token = await tokenFor(email)
    const cut = b.update(token, "new-password").catch(() => ({ status: "cut" }))
    const written = () =>
      sql(`SELECT 1 FROM password_reset WHERE entity_id = '${email}' AND status = 'completed'`)
    await until(async () => (await written()).length > 0, "the write")
    await second.kill()
    expect([200, "cut"].includes((await cut).status), "the update was refused")
    const again = await a.update(token, "newer-password")
    expectSame([again.status, again.body.code], [401, "token_used"])
    expectSame((await a.login(email, "new-password")).status, 200)
    expectSame((await a.login(email, "newer-password")).status, 401)
  })

  await test("a refused password and a changed one leave no trace either", async () => {
    const email = "admin@shop.example"
    const session = (await a.login(email, "new-password", "user")).body.token
    const change = (body) => a.post("/admin/users/me/password", body, bearer(session))
    const statuses = [
      await change({ old_password: "a-wrong-guess", password: "third-password" }),
      await change({ old_password: "new-password", password: "12345678-no" }),
      await a.post("/auth/user/emailpass/update", { password: ["in-an-array"] }, bearer("x.y.z")),
      await a.post("/auth/customer/emailpass", { email, password: { nested: "in-an-object" } }),
    ].map(({ status }) => status)
    for (const secret of ["in-an-array", "in-an-object"]) {
      secrets.add(secret)
    }
    expectSame(statuses, [400, 200, 400, 401])
  })

  await test("operators, back ends and dialects leave no trace either", async () => {
    const { body } = await a.login("admin@shop.example", "12345678-no", "user")
    const admin = bearer(body.token)
    const keyOf = async (type) => {
      const { body } = await a.post("/admin/api-keys", { title: type, type }, admin)
      return body.api_key.token
    }
    const secret = await keyOf("secret")
    const publishable = await keyOf("publishable")
    const basic = { authorization: `Basic ${Buffer.from(`${secret}:`).toString("base64")}` }
    const storefront = { "x-publishable-api-key": publishable, "x-storefront-key": publishable }
    const jsonApi = { "content-type": "application/vnd.api+json", ...bearer(secret) }
    const TYPE = "customer_password_resets"
    const documentOf = (attributes, id) => ({ data: { type: TYPE, id, attributes } })

    const identifier = await account("jude")
    const nobody = "nobody@shop.example"
    const started = await a.post("/admin/password-resets", { identifier, deliver: false }, basic)
    const token = withSecret(started.body.password_reset.token)
    const created = await a.post(
      `/api/${TYPE}`,
      documentOf({ customer_email: identifier }),
      jsonApi,
    )
    const { id, attributes } = JSON.parse(created.text).data
    const _reset_password_token = withSecret(attributes.reset_password_token)
    const perform = (customer_password) => {
      secrets.add(customer_password)
      const body = documentOf({ customer_password, _reset_password_token }, id)
      return a.request("PATCH", `/api/${TYPE}/${id}`, body, jsonApi)
    }
    const form = { email: identifier, token, password: "a-password-of-a-form" }
    const answers = [
      await a.post("/admin/password-resets", { identifier: nobody }, admin),
      await a.post("/admin/password-resets", { identifier: nobody, deliver: 1 }, admin),
      await a.post(`/api/${TYPE}`, documentOf({ customer_email: nobody }), jsonApi),
      await perform("12345678"),
      await perform("a-password-of-a-document"),
      await perform("another-password-of-a-document"),
      await a.post("/store/customers/password-token", { email: nobody }, storefront),
      await a.post("/store/customers/password-reset", form, storefront),
      await a.post("/api/shop/customers/forgot-password", { email: nobody }, storefront),
      await a.post(
        "/api/shop/customers/reset-password",
        { ...form, password_confirmation: form.password },
        storefront,
      ),
    ]
    expectSame(
      answers.map(({ status }) => status),
      [404, 400, 422, 422, 200, 422, 204, 401, 200, 422],
    )
  })

  await test("no password and no token stands in the log, at any level", async () => {
    const log = store.log + second.log
    expect(log.length > 20_000, `the log has only ${log.length} characters`)
    expect(secrets.size > 60, `only ${secrets.size} secrets were used`)
    const found = [...secrets].filter(
      (secret) => typeof secret === "string" && log.includes(secret),
    )
    expect(!found.length, `the log has ${found.join(", ")}`)
  })

  await test("no whole address stands in the log at info or above", async () => {
    const lines = stripVTControlCharacters(store.log + second.log).split("\n")
    expect(
      lines.some((line) => LOUD.test(line)),
      "the log has no line at info",
    )
    const found = lines.filter((line) => LOUD.test(line) && line.includes("@shop.example"))
    expect(!found.length, found.join("\n"))
  })

  await test("no password and no token that works stands in the database", async () => {
    const tables = await sql(
      `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`,
    )
    let dump = ""
    for (const { table_name } of tables) {
      const rows = await sql(`SELECT row_to_json(t)::text AS row FROM "${table_name}" t`)
      dump += rows.map(({ row }) => row).join("\n")
    }
    expect(dump.includes("jane@shop.example"), "the dump has no account")
    const found = [...secrets].filter(
      (secret) => typeof secret === "string" && dump.includes(secret),
    )
    expect(!found.length, `the database has ${found.join(", ")}`)
  })
} finally {
  await second.stop()
  await shop.stop()
}
checks.finish()
