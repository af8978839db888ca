import type { MailKind } from "../../src/domain/mails"
import { HOSTILE_NAME, LOOK, MAILS } from "../../src/domain/mails/__tests__/samples"
import { LANGUAGES } from "../../src/domain/mails/languages/languages"
import { Checks, expect, expectSame } from "../../support/checks"
import { runMain } from "../../support/main"
import { stopOnSignal } from "../../support/shutdown"
import { launchChromium } from "./chromium"
import { LOGO_URL, MailPage, SCHEMES } from "./mail-page"

const KINDS = Object.keys(MAILS) as MailKind[]
const [PHONE, DESKTOP] = [360, 1024]
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

/**
 * `npm run test:mails`: every mail in every language, in a real browser, on phones and desktops, in
 * light and dark. SCREENSHOTS names a folder for pictures.
 */
runMain(async () => {
  const checks = new Checks()
  const browser = await launchChromium()
  stopOnSignal(() => browser.close())
  const mailPage = await MailPage.open(browser)
  await checkLanguages(checks, mailPage)
  await checkBranding(checks, mailPage)
  await checkContents(checks, mailPage)
  await browser.close()
  checks.finish()
})

async function checkLanguages({ test }: Checks, mailPage: MailPage): Promise<void> {
  console.log("\nEvery mail, at 320, 360 and 1024 pixels, in light and dark")
  for (const locale of LANGUAGES) {
    const name = `in ${locale}: nothing overflows, all text has a contrast of 4.5, buttons are 44 px high`
    await test(name, async () => {
      for (const kind of KINDS) {
        const [mail, look] = [MAILS[kind], { ...BRANDED, locale }]
        await mailPage.expectNoFaults(mail, look)
        const { lang, dir, isRight, buttons } = await mailPage.page.evaluate(() => ({
          lang: document.documentElement.lang,
          dir: document.documentElement.dir,
          isRight: getComputedStyle(document.querySelector("h1")!).textAlign === "right",
          buttons: document.querySelectorAll(".button").length,
        }))
        expectSame([lang, dir, isRight], [locale, locale === "ar" ? "rtl" : "ltr", locale === "ar"])
        expectSame(buttons, "link" in mail ? 1 : 0)
        for (const width of [PHONE, DESKTOP]) {
          await mailPage.takePictures(`${kind}-${locale}-${width}`, mail, look, { width })
        }
      }
    })
  }
}

async function checkBranding({ test }: Checks, mailPage: MailPage): Promise<void> {
  console.log("\nWhatever a store looks like")
  for (const color of COLORS) {
    await test(`text, links and the button can be read with ${color}`, async () => {
      const look = { branding: { color, supportAddress: "help@shop.example" } }
      await mailPage.expectNoFaults(MAILS.reset, look, { widths: [PHONE] })
      const name = `color-${color.slice(1)}`
      await mailPage.takePictures(name, MAILS.reset, look, { width: PHONE })
    })
  }
  await test("a store without any branding has readable mails", async () => {
    for (const kind of KINDS) {
      await mailPage.expectNoFaults(MAILS[kind], {})
      await mailPage.takePictures(`plain-${kind}`, MAILS[kind], {}, { width: DESKTOP })
    }
  })
  await test("where images are blocked, the store's name stands in for the logo", async () => {
    // A URL of its own: the browser remembers images.
    const logo = { ...BRANDED.branding.logo, url: "https://shop.example/blocked.svg" }
    const look = { ...BRANDED, branding: { ...BRANDED.branding, logo } }
    for (const scheme of SCHEMES) {
      await mailPage.expectNoFaults(MAILS.reset, look, { schemes: [scheme] })
      const found = await mailPage.page.$eval("img", (image) => [
        image.alt,
        image.naturalWidth,
        image.getBoundingClientRect().width > 40,
      ])
      expectSame(found, ["Fjordhus", 0, true])
    }
    await mailPage.takePictures("blocked", MAILS.reset, look, { width: PHONE })
  })
  await test("the greatest logo stays within a phone", async () => {
    const logo = { url: LOGO_URL, width: 520, height: 134 }
    await mailPage.expectNoFaults(MAILS.reset, { branding: { logo } })
  })
}

async function checkContents({ test }: Checks, mailPage: MailPage): Promise<void> {
  console.log("\nWhatever it holds")
  await test("a hostile name of a store creates no element, and stays a name", async () => {
    const countElements = () => mailPage.page.evaluate(() => document.querySelectorAll("*").length)
    for (const kind of KINDS) {
      await mailPage.show(MAILS[kind], LOOK)
      const usual = await countElements()
      await mailPage.expectNoFaults(MAILS[kind], { storeName: HOSTILE_NAME })
      expectSame(await countElements(), usual)
      const text = await mailPage.page.textContent("body")
      expect(text?.includes("<script>alert(1)</script>"), "the name is not shown as it is")
    }
  })
  await test("long words, addresses and links break within a phone's width", async () => {
    const address = `${"a".repeat(64)}@${"b".repeat(63)}.example`
    const link = `https://shop.example/${"c".repeat(600)}`
    for (const locale of ["en", "ar"]) {
      const look = { locale, storeName: "W".repeat(150) }
      await mailPage.expectNoFaults({ ...MAILS.reset, address, link }, look)
    }
    const ip = "2001:0db8:85a3:0000:0000:8a2e:0370:7334"
    const browser = "Browser".repeat(12)
    await mailPage.expectNoFaults({ ...MAILS.passwordChanged, ip, browser }, { locale: "da" })
  })
  await test("addresses read from left to right in Arabic", async () => {
    await mailPage.show(MAILS.passwordChanged, { locale: "ar" })
    const shown = await mailPage.page.$$eval("bdi[dir=ltr]", (all) =>
      all.map((one) => one.textContent),
    )
    expectSame([...new Set(shown)], [MAILS.passwordChanged.address, MAILS.passwordChanged.ip])
  })
}
