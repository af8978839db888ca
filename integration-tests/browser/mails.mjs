import { mkdir } from "node:fs/promises"
import { createRequire } from "node:module"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Checks, expect, expectSame } from "../../support/checks.mjs"
import { stopOnSignal } from "../../support/shutdown.ts"
import { demandChromium, launchChromium, SCREENSHOTS } from "./chromium.mjs"

/**
 * `npm run test:mails`: every mail in every language, in a real browser, on phones and desktops, in
 * light and dark. SCREENSHOTS names a folder for pictures.
 */
const ROOT = fileURLToPath(new URL("../..", import.meta.url))
const EMAILS = join(ROOT, "src/emails")
const require = createRequire(import.meta.url)
require("ts-node").register({
  cwd: ROOT,
  transpileOnly: true,
  compilerOptions: { module: "commonjs", moduleResolution: "node" },
})
const { renderMail } = require(EMAILS)
const { LANGUAGES } = require(join(EMAILS, "languages"))
const { HOSTILE_NAME, LOOK, MAILS } = require(join(EMAILS, "__tests__/samples"))

const KINDS = Object.keys(MAILS)
const WIDTHS = [320, 360, 1024]
const SCHEMES = ["light", "dark"]
const LOGO_URL = "https://shop.example/logo.svg"
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" width="140" height="36" viewBox="0 0 140 36"><circle cx="18" cy="18" r="16" fill="#0f766e"/><path d="M10 19l6 6 11-13" fill="none" stroke="#fff" stroke-width="3.5"/><text x="44" y="25" font-family="Georgia,serif" font-size="20" font-weight="700" fill="#134e4a">Fjordhus</text></svg>`
const BRANDED = {
  storeName: "Fjordhus",
  branding: {
    logo: { url: LOGO_URL, width: 140, height: 36 },
    color: "#0f766e",
    supportAddress: "help@shop.example",
  },
}
// Near white, near black, yellow, a mid grey, and the hard middle where black and white both suffer.
const COLORS = [
  "#fffffe",
  "#000001",
  "#ffd400",
  "#777777",
  "#767676",
  "#0a1a4f",
  "#e60023",
  "#8a2be2",
]

const checks = new Checks()
await demandChromium()
if (SCREENSHOTS) {
  await mkdir(SCREENSHOTS, { recursive: true })
}
const browser = await launchChromium()
stopOnSignal(() => browser.close())
const page = await browser.newPage()
await page.route("**/*", (route) =>
  route.request().url() === LOGO_URL
    ? route.fulfill({ contentType: "image/svg+xml", body: LOGO })
    : route.abort(),
)

/** Looks at a mail in every width and scheme; returns what is wrong with it. */
async function faultsOf(mail, look, { widths = WIDTHS, schemes = SCHEMES } = {}) {
  const { html } = renderMail(mail, { ...LOOK, ...look })
  const faults = []
  await page.setContent(html, { waitUntil: "load" })
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme })
    for (const width of widths) {
      await page.setViewportSize({ width, height: 800 })
      const found = await page.evaluate(inspect)
      faults.push(...found.map((fault) => `${mail.kind}, ${width} px, ${colorScheme}: ${fault}`))
    }
  }
  return faults
}

function expectNone(faults) {
  expect(!faults.length, `${faults.length} faults, such as ${faults.slice(0, 3).join("; ")}`)
}

/** Runs in the page. */
function inspect() {
  const faults = []
  const shown = [...document.body.querySelectorAll("*")].filter((one) => one.checkVisibility())
  const { scrollWidth } = document.documentElement
  if (scrollWidth > innerWidth) {
    faults.push(`is ${scrollWidth} px wide`)
  }
  for (const element of shown) {
    const { left, right } = element.getBoundingClientRect()
    if (left < -0.5 || right > innerWidth + 0.5) {
      faults.push(`<${element.localName}> reaches from ${left} to ${right}`)
    }
  }

  const numbers = (color) => color.match(/[\d.]+/g).map(Number)
  const luminance = (color) => {
    const [r, g, b] = numbers(color).map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    )
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const backgroundOf = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const { backgroundColor } = getComputedStyle(one)
      if (numbers(backgroundColor)[3] !== 0) {
        return backgroundColor
      }
    }
    return "rgb(255, 255, 255)"
  }
  const hasText = (element) =>
    element.localName === "img" ||
    [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
  for (const element of shown.filter(hasText)) {
    const { color } = getComputedStyle(element)
    const background = backgroundOf(element)
    const [dark, light] = [luminance(color), luminance(background)].sort((a, b) => a - b)
    const contrast = (light + 0.05) / (dark + 0.05)
    if (!(contrast >= 4.5)) {
      faults.push(
        `${color} on ${background} is ${contrast.toFixed(2)}: ${element.textContent.trim()}`,
      )
    }
  }

  for (const button of document.querySelectorAll(".button a")) {
    const { height } = button.getBoundingClientRect()
    if (height < 44) {
      faults.push(`the button is ${height} px high`)
    }
  }
  return faults
}

async function shoot(name, mail, look, { width, scheme }) {
  if (SCREENSHOTS) {
    await page.setContent(renderMail(mail, { ...LOOK, ...look }).html, { waitUntil: "load" })
    await page.emulateMedia({ colorScheme: scheme })
    await page.setViewportSize({ width, height: 400 })
    await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true })
  }
}

console.log("\nEvery mail, at 320, 360 and 1024 pixels, in light and dark")
for (const locale of LANGUAGES) {
  const name = `in ${locale}: nothing overflows, all text has a contrast of 4.5, buttons are 44 px high`
  await checks.test(name, async () => {
    for (const kind of KINDS) {
      expectNone(await faultsOf(MAILS[kind], { ...BRANDED, locale }))
      const { lang, dir, isRight, buttons } = await page.evaluate(() => ({
        lang: document.documentElement.lang,
        dir: document.documentElement.dir,
        isRight: getComputedStyle(document.querySelector("h1")).textAlign === "right",
        buttons: document.querySelectorAll(".button").length,
      }))
      expectSame([lang, dir, isRight], [locale, locale === "ar" ? "rtl" : "ltr", locale === "ar"])
      expectSame(buttons, MAILS[kind].link ? 1 : 0)
      for (const [width, scheme] of [
        [360, "light"],
        [360, "dark"],
        [1024, "light"],
        [1024, "dark"],
      ]) {
        const file = `${kind}-${locale}-${width}-${scheme}`
        await shoot(file, MAILS[kind], { ...BRANDED, locale }, { width, scheme })
      }
    }
  })
}

console.log("\nWhatever a store looks like")
for (const color of COLORS) {
  await checks.test(`text, links and the button can be read with ${color}`, async () => {
    const look = { branding: { color, supportAddress: "help@shop.example" } }
    expectNone(await faultsOf(MAILS.reset, look, { widths: [360] }))
    for (const scheme of SCHEMES) {
      await shoot(`color-${color.slice(1)}-${scheme}`, MAILS.reset, look, { width: 360, scheme })
    }
  })
}
await checks.test("a store without any branding has readable mails", async () => {
  for (const kind of KINDS) {
    expectNone(await faultsOf(MAILS[kind], {}))
    for (const scheme of SCHEMES) {
      await shoot(`plain-${kind}-${scheme}`, MAILS[kind], {}, { width: 1024, scheme })
    }
  }
})
await checks.test("where images are blocked, the store's name stands in for the logo", async () => {
  // A URL of its own: the browser remembers images.
  const branding = { ...BRANDED.branding, logo: { url: "https://shop.example/blocked.svg" } }
  for (const colorScheme of SCHEMES) {
    const look = { ...BRANDED, branding }
    expectNone(await faultsOf(MAILS.reset, look, { schemes: [colorScheme] }))
    const [alt, loaded, shown] = await page.$eval("img", (image) => [
      image.alt,
      image.naturalWidth,
      image.getBoundingClientRect().width > 40,
    ])
    expectSame([alt, loaded, shown], ["Fjordhus", 0, true])
    await shoot(`blocked-${colorScheme}`, MAILS.reset, look, { width: 360, scheme: colorScheme })
  }
})
await checks.test("the greatest logo stays within a phone", async () => {
  const logo = { url: LOGO_URL, width: 520, height: 134 }
  expectNone(await faultsOf(MAILS.reset, { branding: { logo } }))
})

console.log("\nWhatever it holds")
await checks.test("a hostile name of a store creates no element, and stays a name", async () => {
  const elements = () => page.evaluate(() => document.querySelectorAll("*").length)
  for (const kind of KINDS) {
    await page.setContent(renderMail(MAILS[kind], LOOK).html)
    const usual = await elements()
    expectNone(await faultsOf(MAILS[kind], { storeName: HOSTILE_NAME }))
    expectSame(await elements(), usual)
    const text = await page.textContent("body")
    expect(text.includes("<script>alert(1)</script>"), "the name is not shown as it is")
  }
})
await checks.test("long words, addresses and links break within a phone's width", async () => {
  const long = {
    ...MAILS.reset,
    address: `${"a".repeat(64)}@${"b".repeat(63)}.example`,
    link: `https://shop.example/${"c".repeat(600)}`,
  }
  for (const locale of ["en", "ar"]) {
    expectNone(await faultsOf(long, { locale, storeName: "W".repeat(150) }))
  }
  const ip = "2001:0db8:85a3:0000:0000:8a2e:0370:7334"
  const browser = "Browser".repeat(12)
  expectNone(await faultsOf({ ...MAILS.passwordChanged, ip, browser }, { locale: "da" }))
})
await checks.test("addresses read from left to right in Arabic", async () => {
  await faultsOf(MAILS.passwordChanged, { locale: "ar" }, { widths: [360], schemes: ["light"] })
  const shown = await page.$$eval("bdi[dir=ltr]", (all) => all.map((one) => one.textContent))
  expectSame([...new Set(shown)], [MAILS.passwordChanged.address, MAILS.passwordChanged.ip])
})

await browser.close()
checks.finish()
