import { expect, expectSame } from "../../support/checks"
import { findToken, linkIn } from "../../support/mail-links"
import { runMain } from "../../support/main"
import { stopOnSignal } from "../../support/shutdown"
import { until } from "../../support/until"
import {
  ADMIN,
  type DashboardShop,
  expectSignIn,
  OLD_PASSWORD,
  startDashboardShop,
  Started,
} from "./dashboard-shop"
import { Steps } from "./steps"

const [NEW_PASSWORD, THIRD_PASSWORD] = ["the-new-password", "a-third-password"]

const RUN_TIMEOUT_MS = 1_800_000
/** Vite prepares the dashboard when it is first asked for it. */
const FIRST_PAGE_TIMEOUT_MS = 300_000

/**
 * `npm run test:browser`: an admin resets her password in Medusa's own dashboard, which the plugin
 * does not change, in a real browser, with the link from a real mail.
 *
 * CHROMIUM_PATH names another Chromium than Debian's, SCREENSHOTS a folder for pictures of pages.
 */
runMain(async () => {
  const started = new Started()
  stopOnSignal(() => started.stop())
  const steps = new Steps(RUN_TIMEOUT_MS, () => started.show())
  try {
    const shop = await steps.part("A shop with its dashboard", () =>
      startDashboardShop(steps, started),
    )
    if (shop) {
      await steps.part("An admin who forgot her password", () => resetPassword(steps, shop))
      await steps.part("A link that is none", () => openGarbage(steps, shop))
    }
  } finally {
    await started.stop()
  }
  steps.finish()
})

async function resetPassword(steps: Steps, shop: DashboardShop): Promise<void> {
  await askForReset(steps, shop)
  const link = await readMail(steps, shop)
  await setPassword(steps, shop, link)
  await signInByForm(steps, shop)
  await copyLinkOfUser(steps, shop)
  await useLinkAgain(steps, shop, link)
}

async function askForReset({ step }: Steps, { url, dashboard }: DashboardShop): Promise<void> {
  const { page, texts } = dashboard
  await step("the page opens, which may take Vite a minute", async () => {
    // Vite reloads the page when it has prepared more, which would empty a form filled in before.
    const options = { timeout: FIRST_PAGE_TIMEOUT_MS, waitUntil: "networkidle" } as const
    await page.goto(`${url}/app/reset-password`, options)
    const hint = page.getByText(texts.resetPassword.hint)
    await hint.waitFor({ timeout: FIRST_PAGE_TIMEOUT_MS })
    await dashboard.takePicture("ask")
  })
  await step("she asks for a reset, and is told of a mail", async () => {
    await dashboard.type(texts.fields.email, ADMIN)
    await dashboard.press(texts.resetPassword.sendResetInstructions)
    await dashboard.see(texts.resetPassword.successfulRequestTitle)
    await dashboard.takePicture("asked")
  })
}

async function readMail({ step }: Steps, { url, mailServer }: DashboardShop): Promise<string> {
  const mail = await step("one mail comes", async () => {
    const first = await until(() => mailServer.mails[0], "a mail")
    expectSame(mailServer.mails.length, 1)
    return first
  })
  return step("its link leads to the dashboard, with token and address", async () => {
    expectSame(mail.recipients, [ADMIN])
    const link = linkIn(mail)
    expectSame(link.origin + link.pathname, `${url}/app/reset-password`)
    expect(link.searchParams.get("token"), "the link has no token")
    expectSame(link.searchParams.get("email"), ADMIN)
    return link.href
  })
}

async function setPassword(
  { step }: Steps,
  { url, dashboard }: DashboardShop,
  link: string,
): Promise<void> {
  const { page, texts } = dashboard
  await step("the link opens a form that shows her address", async () => {
    await page.goto(link)
    await dashboard.see(texts.resetPassword.newPasswordHint)
    const address = page.locator("input[type=email]:disabled")
    await address.waitFor()
    expectSame(await address.inputValue(), ADMIN)
    await dashboard.takePicture("link")
  })
  await step("she sets a new password, and is told so", async () => {
    await dashboard.choosePassword(NEW_PASSWORD)
    await dashboard.see(texts.resetPassword.successfulResetTitle)
    await dashboard.takePicture("set")
  })
  await step("the old password signs in no more", () => expectSignIn(url, OLD_PASSWORD, 401))
}

async function signInByForm({ step }: Steps, { url, dashboard }: DashboardShop): Promise<void> {
  const { page, texts } = dashboard
  await step("the new password signs in to the dashboard", async () => {
    await page.goto(`${url}/app/login`)
    await dashboard.type(texts.fields.email, ADMIN)
    await dashboard.type(texts.fields.password, NEW_PASSWORD)
    await dashboard.press(texts.actions.continueWithEmail)
    await page.waitForURL(`${url}/app/orders`)
    await page.getByRole("heading", { name: texts.orders.domain, exact: true }).waitFor()
    await page.getByText(ADMIN).first().waitFor() // Her own menu.
    await dashboard.takePicture("dashboard")
  })
}

async function copyLinkOfUser(
  { step }: Steps,
  { url, dashboard, mailServer }: DashboardShop,
): Promise<void> {
  const { page, texts } = dashboard
  await step("where tokens are hidden, nobody is told that a user's link was copied", async () => {
    await page.goto(`${url}/app/settings/users`)
    await page.getByRole("cell", { name: ADMIN }).click()
    await page.getByRole("heading", { name: ADMIN }).waitFor()
    await page.getByRole("main").getByRole("button").first().click()
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith("/reset-password")),
      page.getByRole("menuitem", { name: texts.users.copyResetPasswordLink }).click(),
    ])
    const { message } = (await answer.json()) as { message: string }
    await dashboard.seeToast(message)
    await dashboard.takePicture("hidden")
    expectSame(await page.getByText(texts.users.copyResetPasswordLinkSuccess).count(), 0)
  })
  await step("and the user has a mail", () =>
    until(() => mailServer.mails.filter(findToken).length === 2, "the mail"),
  )
}

async function useLinkAgain(
  { step }: Steps,
  { url, dashboard }: DashboardShop,
  link: string,
): Promise<void> {
  const { page } = dashboard
  await step("a second use of the link is refused, and the dashboard says why", async () => {
    await page.goto(link)
    const answer = await dashboard.choosePassword(THIRD_PASSWORD)
    expectSame(answer.status(), 401)
    const { message } = (await answer.json()) as { message: string }
    await dashboard.seeToast(message)
    await dashboard.takePicture("again")
  })
  await step("which changes nothing", async () => {
    await expectSignIn(url, THIRD_PASSWORD, 401)
    await expectSignIn(url, NEW_PASSWORD, 200)
  })
}

async function openGarbage({ step }: Steps, { url, dashboard }: DashboardShop): Promise<void> {
  const { page, texts } = dashboard
  await step("the dashboard says so", async () => {
    await page.goto(`${url}/app/reset-password?token=garbage`)
    await dashboard.see(texts.resetPassword.invalidLinkTitle)
    await dashboard.see(texts.resetPassword.invalidLinkHint)
    await dashboard.takePicture("garbage")
  })
  await step("and leads back to where a link can be asked for", async () => {
    await dashboard.press(texts.resetPassword.goToResetPassword)
    await dashboard.see(texts.resetPassword.hint)
  })
}
