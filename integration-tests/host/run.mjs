import { execFile } from "node:child_process"
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { createRequire, isBuiltin } from "node:module"
import { join, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { promisify } from "node:util"
import { doTheMainJob } from "../../demo/main-job.mjs"
import { Checks, expect, expectSame } from "../../support/checks.mjs"
import { installStore, packPlugin } from "../../support/installed-store.mjs"
import { freePort } from "../../support/free-port.ts"
import { Store } from "../../support/store.mjs"
import { startShop } from "../../support/shop.mjs"

/**
 * `npm run test:package`: packs the plugin, looks into the package, installs it into a store that
 * knows it by its name only, and does the main job there. What stores get is what is tested.
 *
 * `node integration-tests/host/run.mjs DIR` looks at a store in DIR into which npm has installed it.
 */
const ROOT = fileURLToPath(new URL("../..", import.meta.url))
const NAME = "medusa-plugin-password-reset"
const host = resolve(process.argv[2] ?? join(ROOT, ".cache/host-store"))
const installed = join(host, "node_modules", NAME)
const run = promisify(execFile)

const checks = new Checks()
const test = checks.test.bind(checks)

async function pack() {
  const { folder, remove } = await packPlugin()
  try {
    await installStore(host, {
      plugin: folder,
      template: join(ROOT, "integration-tests/host/store"),
    })
  } finally {
    await remove()
  }
}

async function filesOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}

/** Code and its declarations, words, and what a person reads: nothing else belongs in the package. */
async function checkContents(files) {
  const read = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"]
  const code = files.filter((file) => /^\.medusa\/server\/src\/.+(?<!\.d)\.js$/.test(file))
  const declarations = code.map((file) => file.replace(/\.js$/, ".d.ts"))
  const locales = await readdir(join(ROOT, "src/emails/locales"))
  const words = locales.map((name) => `.medusa/server/src/emails/locales/${name}`)
  const expected = [...read, ...code, ...declarations, ...words].sort()
  expect(code.length > 20, `only ${code.length} files of code`)
  const strange = files.filter((file) => !expected.includes(file) || file.includes("__tests__"))
  const missing = expected.filter((file) => !files.includes(file))
  expect(!strange.length, `does not belong there: ${strange.join(", ")}`)
  expect(!missing.length, `missing: ${missing.join(", ")}`)
}

/** What the code imports must come with the package or be a peer: the root hides what is missing. */
async function checkImports(files) {
  const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8"))
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
  for (const file of files.filter((name) => /\.(js|d\.ts)$/.test(name))) {
    const source = await readFile(join(installed, file), "utf8")
    for (const [, , specifier] of source.matchAll(/(require\(|from |import\()"([^".][^"]*)"/g)) {
      const known = declared.some((name) => specifier === name || specifier.startsWith(`${name}/`))
      expect(known || isBuiltin(specifier), `${file} imports ${specifier}, which is not declared`)
    }
  }
}

async function checkEntryPoints() {
  const require = createRequire(join(host, "package.json"))
  for (const entry of [
    "workflows",
    "modules/password-reset",
    "providers/emailpass",
    "providers/smtp",
  ]) {
    expect(require(`${NAME}/${entry}`), `${entry} exports nothing`)
  }
  expect(require(`${NAME}/package.json`).name === NAME, "package.json can't be read")
}

async function checkTypes() {
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc")
  await run(process.execPath, [tsc, "-p", host], { cwd: host })
}

/** Starts a second server of the store, with one place in its configuration changed. */
async function expectNoStart({ cwd, env }, [before, after], line) {
  const config = join(cwd, "medusa-config.js")
  const original = await readFile(config, "utf8")
  expect(original.includes(before), `the configuration has no ${before}`)
  await writeFile(config, original.replace(before, after))
  const store = new Store({ cwd, env })
  try {
    const started = await store.start(await freePort()).then(
      () => true,
      () => false,
    )
    expect(!started, "it started")
    expect(store.log.includes(`bad options in medusa-config: ${line}`), store.log)
  } finally {
    await store.stop()
    await writeFile(config, original)
  }
}

/** The words lie in files of their own, which a package can lack without anybody noticing. */
async function expectLanguages({ url, inbox }) {
  for (const [locale, word] of [
    ["de", "Passwort"],
    ["ar", "كلمة"],
    ["ja", "パスワード"],
  ]) {
    const email = `${locale}@shop.example`
    const post = (path, body, headers) =>
      fetch(`${url}/auth/customer/emailpass${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      })
    await post("/register", { email, password: "the-old-password" })
    await post("/reset-password", { identifier: email }, { "x-medusa-locale": locale })
    const { subject, html } = await inbox.waitForMail(email)
    expect(subject.includes(word) && html.includes(`lang="${locale}"`), `${locale}: ${subject}`)
  }
}

/** Starts a server that lacks what operators forget: it must come up, and say what is missing. */
async function expectWarnings({ cwd, env }) {
  const config = join(cwd, "medusa-config.js")
  const original = await readFile(config, "utf8")
  const forgotten = original.replace(
    `${NAME}/providers/emailpass`,
    "@medusajs/medusa/auth-emailpass",
  )
  expect(forgotten !== original, "the configuration has no emailpass provider")
  await writeFile(config, forgotten)
  const store = new Store({ cwd, env: { ...env, SMTP_URL: "smtp://127.0.0.1:1" } })
  try {
    await store.start(await freePort())
    const lines = ["still uses Medusa's own emailpass provider", "the mail server 127.0.0.1:1"]
    const said = () =>
      lines.every((line) => store.log.includes(`${NAME}: the `) && store.log.includes(line))
    for (const end = Date.now() + 15_000; Date.now() < end && !said();) {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect(said(), store.lastLines())
  } finally {
    await store.stop()
    await writeFile(config, original)
  }
}

/** A store hooks into what it imports by the package's name; the routes must run that, and no other copy. */
async function expectHook({ cwd, env }) {
  const folder = join(cwd, "src/workflows")
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, "refuse.js"),
    `const { requestPasswordResetWorkflow } = require("${NAME}/workflows")
     const { MedusaError } = require("@medusajs/framework/utils")
     requestPasswordResetWorkflow.hooks.validate(({ identifier }) => {
       if (identifier.endsWith("@blocked.example")) {
         throw new MedusaError(MedusaError.Types.NOT_ALLOWED, "Not from here")
       }
     })`,
  )
  const store = new Store({ cwd, env })
  try {
    const url = await store.start(await freePort())
    const statusFor = async (identifier) => {
      const response = await fetch(`${url}/auth/customer/emailpass/reset-password`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ identifier }),
      })
      return response.status
    }
    const statuses = [await statusFor("jane@blocked.example"), await statusFor("jane@shop.example")]
    expectSame(statuses, [400, 201])
  } finally {
    await store.stop()
    await rm(folder, { recursive: true })
  }
}

/** `/vendors/me` is the store's own route, with Medusa's `authenticate` and nothing of ours. */
async function expectVendorsEnd({ url, inbox }) {
  const email = "vendor@shop.example"
  const post = (path, body, headers) =>
    fetch(`${url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    })
  const statusOf = async (headers) => (await fetch(`${url}/vendors/me`, { headers })).status
  await post("/auth/vendor/emailpass/register", { email, password: "old-password" })
  const login = await post("/auth/vendor/emailpass", { email, password: "old-password" })
  const bearer = { authorization: `Bearer ${(await login.json()).token}` }
  const session = await post("/auth/session", {}, bearer)
  const cookie = { cookie: session.headers.getSetCookie()[0].split(";")[0] }
  expectSame([await statusOf(bearer), await statusOf(cookie), await statusOf({})], [200, 200, 401])
  await post("/auth/vendor/emailpass/reset-password", { identifier: email })
  const mail = await inbox.waitForMail(email)
  const token = new URL(/https?:\/\/\S+/.exec(mail.text)[0]).searchParams.get("token")
  const update = await post(
    "/auth/vendor/emailpass/update",
    { password: "new-password" },
    { authorization: `Bearer ${token}` },
  )
  expectSame([update.status, await statusOf(bearer), await statusOf(cookie)], [200, 401, 401])
}

async function loadSdk() {
  const entry = createRequire(import.meta.url).resolve("@medusajs/js-sdk")
  return (await import(pathToFileURL(entry).href)).default
}

console.log("\nThe package, as stores get it")
if (!process.argv[2]) {
  await test("is packed and installed", pack)
}
if (!checks.failed) {
  const files = await filesOf(installed)
  await test("holds what a store needs, and nothing else", () => checkContents(files))
  await test("imports only what it declares", () => checkImports(files))
  await test("has the entry points that the README names", checkEntryPoints)
  await test("has types that a store can build on", checkTypes)
  const version = createRequire(join(host, "package.json"))("@medusajs/medusa/package.json").version
  const shop = await test(`boots in a store on Medusa ${version}`, () => startShop({ cwd: host }))
  if (shop) {
    await test("does the main job", async () =>
      doTheMainJob({
        Sdk: await loadSdk(),
        url: shop.url,
        inbox: shop.inbox,
        onStep: () => undefined,
      }))
    await test("writes mails in the reader's language", () => expectLanguages(shop))
    await test("ends the sessions of custom actors, too, in the store's own routes", () =>
      expectVendorsEnd(shop))
    await test("says nothing at the start where all is set up", async () => {
      const lines = shop.store.log.split("\n").filter((line) => line.includes(`${NAME}:`))
      expect(!lines.length, lines.join("\n"))
    })
    await test("lets a store hook into its workflows", () => expectHook(shop.store))
    await test("starts without its provider and its mail server, and says so", () =>
      expectWarnings(shop.store))
    await test("is stopped at the start by a bad option, in a line that names it", () =>
      expectNoStart(
        shop.store,
        ["resetUrl: {", "tokenTtl: 5, resetUrl: {"],
        "`tokenTtl`: Too small",
      ))
    await test("is stopped at the start by a bad SMTP URL, in a line that names it", () =>
      expectNoStart(
        shop.store,
        ["url: SMTP_URL", `url: "https://x"`],
        "`url`: must be an SMTP URL",
      ))
    await shop.stop()
  }
}
checks.finish()
