import { randomBytes } from "node:crypto"
import { mkdir, readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { buffer } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import PostalMime from "postal-mime"
import { SMTPServer } from "smtp-server"
import { freePort } from "../../support/free-port.ts"
import { startPostgres } from "../../support/postgres.ts"
import { stopOnSignal } from "../../support/shutdown.ts"
import { Store } from "../../support/store.mjs"
import { demandChromium, launchChromium, SCREENSHOTS } from "./chromium.mjs"

/**
 * `npm run test:browser`: an admin resets her password in Medusa's own dashboard, which the plugin
 * does not change, in a real browser, with the link from a real mail.
 *
 * CHROMIUM_PATH names another Chromium than Debian's, SCREENSHOTS a folder for pictures of pages.
 */
const ROOT = fileURLToPath(new URL("../..", import.meta.url))

const ADMIN = "admin@shop.example"
const [OLD, NEW, THIRD] = ["the-old-password", "the-new-password", "a-third-password"]

// All in milliseconds. The machine may be busy, and Vite prepares the dashboard when first asked.
const [DEADLINE, FIRST_PAGE, PAGE, MAIL, STOP] = [360_000, 120_000, 30_000, 15_000, 20_000]

let passed = 0
let failed = 0
let shots = 0
const started = []
let store
let page

const deadline = new Promise((_, reject) => {
  const why = new Error(`the whole run took longer than ${DEADLINE / 60_000} minutes`)
  setTimeout(reject, DEADLINE, why).unref()
})
deadline.catch(() => undefined) // Whichever step runs then reports it.

/** Steps build on each other: what a failed one leaves behind, the rest of its part can't use. */
async function part(title, work) {
  console.log(`\n${title}`)
  try {
    await work()
  } catch (error) {
    if (!error.reported) {
      failed++
      console.error(`  ✗ ${error.stack}`)
    }
  }
}

async function step(name, work) {
  const start = performance.now()
  try {
    const result = await Promise.race([deadline, work()])
    passed++
    console.log(`  ✓ ${name} (${Math.round(performance.now() - start)} ms)`)
    return result
  } catch (error) {
    failed++
    console.error(`  ✗ ${name}: ${error.message}`)
    await showState()
    throw Object.assign(error, { reported: true })
  }
}

/** What a person needs to see why a step failed. */
async function showState() {
  if (page) {
    console.error(`    at ${page.url()}`)
    await shoot("failed")
  }
  const lines = store?.lastLines(25).split("\n") ?? []
  console.error(lines.map((line) => `    | ${line.slice(0, 200)}`).join("\n"))
}

async function shoot(name) {
  if (SCREENSHOTS) {
    const path = join(SCREENSHOTS, `${String(++shots).padStart(2, "0")}-${name}.png`)
    const options = { path, animations: "disabled", timeout: 5000 }
    await page.screenshot(options).catch((error) => {
      console.error(`    no screenshot ${path}: ${error.message}`)
    })
  }
}

function expect(condition, message) {
  if (!condition) {
    throw new Error(message)
  }
}

/** A real mail server that keeps what it gets. */
async function startMailServer() {
  const mails = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    disableReverseLookup: true,
    closeTimeout: 100, // milliseconds; the plugin's SMTP provider keeps its connections open
    onData: (stream, _, callback) => {
      const keep = async () => void mails.push(await PostalMime.parse(await buffer(stream)))
      keep().then(() => callback(), callback)
    },
  })
  server.on("error", () => undefined) // Connections that the other side drops.
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    mails,
    url: `smtp://127.0.0.1:${server.server.address().port}`,
    stop: () => new Promise((resolve) => server.close(resolve)),
  }
}

async function waitForMail(mails) {
  for (const end = Date.now() + MAIL; Date.now() < end && !mails.length;) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect(mails.length === 1, `${mails.length} mails came instead of one`)
  return mails[0]
}

async function startBrowser() {
  const browser = await launchChromium()
  started.push({ name: "the browser", stop: () => browser.close() })
  page = await browser.newPage({ locale: "en-US" })
  page.setDefaultTimeout(PAGE)
}

async function startStore({ postgres, mailServer, url }) {
  store = new Store({
    cwd: ROOT,
    env: {
      NODE_ENV: "development", // Vite serves the dashboard: it need not be built first.
      DISABLE_MEDUSA_ADMIN: "false",
      DATABASE_URL: postgres.urlOf("shop"),
      SMTP_URL: mailServer.url,
      BACKEND_URL: url,
      JWT_SECRET: randomBytes(32).toString("hex"),
      COOKIE_SECRET: randomBytes(32).toString("hex"),
    },
  })
  started.push({ name: "Medusa", stop: () => store.stop() })
  await step("the database is migrated", async () => {
    await postgres.createDatabase("shop")
    await store.run("db:migrate", "--skip-scripts")
  })
  await step("there is an admin", () => store.run("user", "-e", ADMIN, "-p", OLD))
  await step("Medusa starts", () => store.start(new URL(url).port))
}

/** The dashboard's own words, so that they may change with it. */
async function loadTexts() {
  const manifest = createRequire(import.meta.url).resolve("@medusajs/dashboard/package.json")
  const file = join(dirname(manifest), "src/i18n/translations/en.json")
  return JSON.parse(await readFile(file, "utf8"))
}

/** The status of signing in by the API. */
async function signIn(url, password) {
  const { status } = await fetch(`${url}/auth/user/emailpass`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: ADMIN, password }),
  })
  return status
}

async function expectSignIn(url, password, expected) {
  const status = await signIn(url, password)
  expect(status === expected, `answered with ${status} instead of ${expected}`)
}

/** The link in the mail's text part, for people whose mail program shows no HTML. */
function linkIn({ text = "" }) {
  const [link] = /https?:\/\/\S+/.exec(text) ?? []
  expect(link, `no link in the mail:\n${text}`)
  return new URL(link)
}

const see = (text) => page.getByText(text, { exact: true }).waitFor()
const press = (name) => page.getByRole("button", { name, exact: true }).click()
const type = (field, text) => page.getByPlaceholder(field, { exact: true }).fill(text)

async function choosePassword({ resetPassword: texts }, password) {
  await type(texts.newPassword, password)
  await type(texts.repeatNewPassword, password)
  const answer = page.waitForResponse((response) => response.url().endsWith("/emailpass/update"))
  await Promise.all([answer, press(texts.resetPassword)])
  return answer
}

async function askForReset({ url, texts }) {
  await step("the page opens, which may take Vite a minute", async () => {
    // Vite reloads the page when it has prepared more, which would empty a form filled in before.
    const options = { timeout: FIRST_PAGE, waitUntil: "networkidle" }
    await page.goto(`${url}/app/reset-password`, options)
    await page.getByText(texts.resetPassword.hint).waitFor({ timeout: FIRST_PAGE })
    await shoot("ask")
  })
  await step("she asks for a reset, and is told of a mail", async () => {
    await type(texts.fields.email, ADMIN)
    await press(texts.resetPassword.sendResetInstructions)
    await see(texts.resetPassword.successfulRequestTitle)
    await shoot("asked")
  })
}

async function readMail({ url, mailServer }) {
  const mail = await step("one mail comes", () => waitForMail(mailServer.mails))
  return step("its link leads to the dashboard, with token and address", async () => {
    expect(mail.to?.[0]?.address === ADMIN, `the mail is for ${mail.to?.[0]?.address}`)
    const link = linkIn(mail)
    const target = link.origin + link.pathname
    expect(target === `${url}/app/reset-password`, `the link leads to ${target}`)
    expect(link.searchParams.get("token"), "the link has no token")
    const address = link.searchParams.get("email")
    expect(address === ADMIN, `the link names ${address}`)
    return link.href
  })
}

async function setPassword({ url, texts, link }) {
  await step("the link opens a form that shows her address", async () => {
    await page.goto(link)
    await see(texts.resetPassword.newPasswordHint)
    const address = page.locator("input[type=email]:disabled")
    await address.waitFor()
    const shown = await address.inputValue()
    expect(shown === ADMIN, `it shows ${shown}`)
    await shoot("link")
  })
  await step("she sets a new password, and is told so", async () => {
    await choosePassword(texts, NEW)
    await see(texts.resetPassword.successfulResetTitle)
    await shoot("set")
  })
  await step("the old password signs in no more", () => expectSignIn(url, OLD, 401))
}

async function signInByForm({ url, texts }) {
  await step("the new password signs in to the dashboard", async () => {
    await page.goto(`${url}/app/login`)
    await type(texts.fields.email, ADMIN)
    await type(texts.fields.password, NEW)
    await press(texts.actions.continueWithEmail)
    await page.waitForURL(`${url}/app/orders`)
    await page.getByRole("heading", { name: texts.orders.domain, exact: true }).waitFor()
    await page.getByText(ADMIN).first().waitFor() // Her own menu.
    await shoot("dashboard")
  })
}

async function useLinkAgain({ url, texts, link }) {
  await step("a second use of the link is refused, and the dashboard says why", async () => {
    await page.goto(link)
    const answer = await choosePassword(texts, THIRD)
    expect(answer.status() === 401, `answered with ${answer.status()} instead of 401`)
    const { message } = await answer.json()
    await page.locator("[data-sonner-toast]").filter({ hasText: message }).waitFor()
    await shoot("again")
  })
  await step("which changes nothing", async () => {
    await expectSignIn(url, THIRD, 401)
    await expectSignIn(url, NEW, 200)
  })
}

async function openGarbage({ url, texts }) {
  await step("the dashboard says so", async () => {
    await page.goto(`${url}/app/reset-password?token=garbage`)
    await see(texts.resetPassword.invalidLinkTitle)
    await see(texts.resetPassword.invalidLinkHint)
    await shoot("garbage")
  })
  await step("and leads back to where a link can be asked for", async () => {
    await press(texts.resetPassword.goToResetPassword)
    await see(texts.resetPassword.hint)
  })
}

async function startAll() {
  const url = `http://localhost:${await freePort()}`
  const texts = await loadTexts()
  const postgres = await step("Postgres starts", startPostgres)
  started.push({ name: "Postgres", stop: () => postgres.stop() })
  const mailServer = await step("a mail server starts", startMailServer)
  started.push({ name: "the mail server", stop: () => mailServer.stop() })
  await startStore({ postgres, mailServer, url })
  await step("her password signs in by the API", () => expectSignIn(url, OLD, 200))
  await step("the browser starts", startBrowser)
  return { url, texts, mailServer }
}

async function stopAll() {
  for (const { name, stop } of started.reverse()) {
    const late = new Promise((resolve) => setTimeout(resolve, STOP, "late").unref())
    const result = await Promise.race([stop(), late]).catch((error) => error.message)
    if (result === "late") {
      console.error(`${name} did not stop within ${STOP / 1000} s`)
    }
  }
}

async function testAll() {
  let shop
  await part("A shop with its dashboard", async () => {
    shop = await startAll()
  })
  if (!shop) {
    return
  }
  await part("An admin who forgot her password", async () => {
    await askForReset(shop)
    const link = await readMail(shop)
    await setPassword({ ...shop, link })
    await signInByForm(shop)
    await useLinkAgain({ ...shop, link })
  })
  await part("A link that is none", () => openGarbage(shop))
}

await demandChromium()
if (SCREENSHOTS) {
  await mkdir(SCREENSHOTS, { recursive: true })
}
stopOnSignal(stopAll)
try {
  await testAll()
} finally {
  await stopAll()
}
console.log(`\n${passed} passed, ${failed} failed\n`)
process.exit(failed ? 1 : 0)
