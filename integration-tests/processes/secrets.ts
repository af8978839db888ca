import { stripVTControlCharacters } from "node:util"
import { type Checks, expect, expectStatuses } from "../../support/checks"
import { bearer, textAt } from "../../support/client"
import { ADMIN, type TwoInstances } from "./two-instances"

/** A line of Medusa's log at level info or above. */
const LOUD = /^.{0,30}\b(info|warn|error)\b/
const TYPE = "customer_password_resets"

/** Uses every way in which a secret comes in, and then looks for the secrets where none may be. */
export async function checkSecrets({ test }: Checks, shop: TwoInstances): Promise<void> {
  await test("a refused password and a changed one leave no trace either", () =>
    changePassword(shop))
  await test("operators, back ends and dialects leave no trace either", () => speakDialects(shop))

  await test("no password and no token stands in the log, at any level", () => {
    const { log, secrets } = shop
    expect(log.length > 20_000, `the log has only ${log.length} characters`)
    expect(secrets.size > 60, `only ${secrets.size} secrets were used`)
    expectNone(shop, log)
  })

  await test("no whole address stands in the log at info or above", () => {
    const lines = stripVTControlCharacters(shop.log)
      .split("\n")
      .filter((line) => LOUD.test(line))
    expect(lines.length, "the log has no line at info")
    const found = lines.filter((line) => line.includes("@shop.example"))
    expect(!found.length, found.join("\n"))
  })

  await test("no password and no token that works stands in the database", async () => {
    const dump = await dumpOf(shop)
    expect(dump.includes("jane@shop.example"), "the dump has no account")
    expectNone(shop, dump)
  })
}

function expectNone({ secrets }: TwoInstances, text: string): void {
  const found = [...secrets].filter((secret) => text.includes(secret))
  expect(!found.length, `found ${found.join(", ")}`)
}

async function changePassword({ a, secrets }: TwoInstances): Promise<void> {
  const session = textAt(await a.login(ADMIN, "new-password", "user"), "token")
  const change = (body: object) => a.post("/admin/users/me/password", body, bearer(session))
  secrets.add("in-an-array").add("in-an-object")
  expectStatuses(
    [
      await change({ old_password: "a-wrong-guess", password: "third-password" }),
      await change({ old_password: "new-password", password: "12345678-no" }),
      await a.post("/auth/user/emailpass/update", { password: ["in-an-array"] }, bearer("x.y.z")),
      await a.post("/auth/customer/emailpass", {
        email: ADMIN,
        password: { nested: "in-an-object" },
      }),
    ],
    [400, 200, 400, 401],
  )
}

async function speakDialects(shop: TwoInstances): Promise<void> {
  const { a, secrets } = shop
  const admin = bearer(textAt(await a.login(ADMIN, "12345678-no", "user"), "token"))
  const keyOf = async (type: "secret" | "publishable") =>
    textAt(await a.post("/admin/api-keys", { title: type, type }, admin), "api_key", "token")
  const secret = await keyOf("secret")
  const publishable = await keyOf("publishable")
  const basic = { authorization: `Basic ${Buffer.from(`${secret}:`).toString("base64")}` }
  const storefront = { "x-publishable-api-key": publishable, "x-storefront-key": publishable }
  const jsonApi = { "content-type": "application/vnd.api+json", ...bearer(secret) }
  const documentOf = (attributes: object, id?: string) => ({ data: { type: TYPE, id, attributes } })

  const identifier = await shop.account("jude")
  const nobody = "nobody@shop.example"
  const order = { identifier, deliver: false }
  const started = await a.post("/admin/password-resets", order, basic)
  const token = shop.noteToken(textAt(started, "password_reset", "token"))
  const document = documentOf({ customer_email: identifier })
  const created = await a.post(`/api/${TYPE}`, document, jsonApi)
  const id = textAt(created, "data", "id")
  const _reset_password_token = shop.noteToken(
    textAt(created, "data", "attributes", "reset_password_token"),
  )
  const perform = (customer_password: string) => {
    secrets.add(customer_password)
    const body = documentOf({ customer_password, _reset_password_token }, id)
    return a.request("PATCH", `/api/${TYPE}/${id}`, body, jsonApi)
  }
  const form = { email: identifier, token, password: "a-password-of-a-form" }
  const twice = { ...form, password_confirmation: form.password }
  expectStatuses(
    [
      await a.post("/admin/password-resets", { identifier: nobody }, admin),
      await a.post("/admin/password-resets", { identifier: nobody, deliver: 1 }, admin),
      await a.post(`/api/${TYPE}`, documentOf({ customer_email: nobody }), jsonApi),
      await perform("12345678"),
      await perform("a-password-of-a-document"),
      await perform("another-password-of-a-document"),
      await a.post("/store/customers/password-token", { email: nobody }, storefront),
      await a.post("/store/customers/password-reset", form, storefront),
      await a.post("/api/shop/customers/forgot-password", { email: nobody }, storefront),
      await a.post("/api/shop/customers/reset-password", twice, storefront),
    ],
    [404, 400, 422, 422, 200, 422, 204, 401, 200, 422],
  )
}

/** Everything that the database holds. */
async function dumpOf(shop: TwoInstances): Promise<string> {
  const tables = await shop.sql<{ table_name: string }>(
    `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`,
  )
  let dump = ""
  for (const { table_name } of tables) {
    const rows = await shop.sql<{ row: string }>(
      `SELECT row_to_json(t)::text AS row FROM "${table_name}" t`,
    )
    dump += rows.map(({ row }) => row).join("\n")
  }
  return dump
}
