import { createRequire } from "node:module"
import { join, resolve } from "node:path"
import { doTheMainJob } from "../../demo/main-job"
import { Checks, expect, expectSame } from "../../support/checks"
import { bearer, Client, textAt } from "../../support/client"
import { installStore, packPlugin } from "../../support/installed-store"
import { tokenIn } from "../../support/mail-links"
import { runMain } from "../../support/main"
import { PLUGIN, ROOT } from "../../support/paths"
import { type Shop, startShop } from "../../support/shop"
import { checkConfigurations } from "./configuration-checks"
import { checkPackage } from "./package-checks"
import { followQuickStart } from "./quick-start"

/** A word of the subject in a language. */
const WORDS = { de: "Passwort", ar: "كلمة", ja: "パスワード" }

/**
 * `npm run test:package`: packs the plugin, looks into the package, installs it into a store that
 * knows it by its name only, and does the main job there. What stores get is what is tested.
 *
 * With `-- DIR` it looks at a store in DIR into which npm has installed the plugin.
 */
runMain(async () => {
  const checks = new Checks()
  const [folder] = process.argv.slice(2)
  const home = resolve(folder ?? join(ROOT, ".cache/host-store"))
  console.log("\nThe package, as stores get it")
  if (!folder) {
    await checks.test("is packed and installed", () => packInto(home))
  }
  if (!checks.failed) {
    await checkPackage(checks, home)
    await checkShop(checks, home)
    await checks.test("works in a fresh store as the README's quick start says", () =>
      followQuickStart(join(home, "node_modules", PLUGIN)),
    )
  }
  checks.finish()
})

async function packInto(home: string): Promise<void> {
  const { folder, remove } = await packPlugin()
  try {
    const template = join(ROOT, "integration-tests/host/store")
    await installStore(home, { plugin: folder, template })
  } finally {
    await remove()
  }
}

async function checkShop(checks: Checks, home: string): Promise<void> {
  const require = createRequire(join(home, "package.json"))
  const { version } = require("@medusajs/medusa/package.json") as { version: string }
  const shop = await checks.test(`boots in a store on Medusa ${version}`, () =>
    startShop({ cwd: home }),
  )
  if (!shop) {
    return
  }
  try {
    await checks.test("does the main job", () => doTheMainJob(shop))
    await checks.test("writes mails in the reader's language", () => expectLanguages(shop))
    await checks.test("ends the sessions of custom actors, too, in the store's own routes", () =>
      expectVendorsEnd(shop),
    )
    await checks.test("lets a store have a workflow named `change-password`, and both work", () =>
      expectOwnWorkflow(shop),
    )
    await checks.test("says nothing at the start where all is set up", () => {
      const lines = shop.store.log.split("\n").filter((line) => line.includes(`${PLUGIN}:`))
      expect(!lines.length, lines.join("\n"))
    })
    await checkConfigurations(checks, shop.store)
  } finally {
    await shop.stop()
  }
}

/** The words lie in files of their own, which a package can lack without anybody noticing. */
async function expectLanguages({ url, inbox }: Shop): Promise<void> {
  const client = new Client(url)
  for (const [locale, word] of Object.entries(WORDS)) {
    const email = `${locale}@shop.example`
    await client.register(email, "the-old-password")
    await client.ask(email, "customer", { "x-medusa-locale": locale })
    const { subject, html } = await inbox.waitForMail(email)
    expect(subject.includes(word) && html.includes(`lang="${locale}"`), `${locale}: ${subject}`)
  }
}

/** `/vendors/me` is the store's own route, with Medusa's `authenticate` and nothing of ours. */
async function expectVendorsEnd({ url, inbox }: Shop): Promise<void> {
  const client = new Client(url)
  const email = "vendor@shop.example"
  await client.register(email, "old-password", "vendor")
  const header = bearer(textAt(await client.login(email, "old-password", "vendor"), "token"))
  const session = await client.post("/auth/session", {}, header)
  const [cookie = ""] = session.headers.getSetCookie()[0]?.split(";") ?? []
  const statuses = async () => [
    (await client.get("/vendors/me", header)).status,
    (await client.get("/vendors/me", { cookie })).status,
  ]
  expectSame(await statuses(), [200, 200])
  expectSame((await client.get("/vendors/me")).status, 401)
  await client.ask(email, "vendor")
  const token = tokenIn(await inbox.waitForMail(email))
  expectSame((await client.update(token, "new-password", "vendor")).status, 200)
  expectSame(await statuses(), [401, 401])
}

/** Ids of workflows are global. The store's own has the name that anybody would choose, and runs ours. */
async function expectOwnWorkflow({ url }: Shop): Promise<void> {
  const client = new Client(url)
  const email = "own-workflow@shop.example"
  await client.register(email, "the-old-password")
  const { body } = await client.post("/own-change-password", {
    account: { entity_id: email, actor_type: "customer" },
    old_password: "the-old-password",
    password: "the-new-password",
  })
  const { reason } = (body.changed ?? {}) as { reason?: string }
  expectSame([body.note, reason], [`the store's own, for ${email}`, "change"])
  expectSame((await client.login(email, "the-old-password")).status, 401)
  expectSame((await client.login(email, "the-new-password")).status, 200)
}
