import { readFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { Page, Response } from "playwright-core"
import { takePicture } from "./chromium"

/** The dashboard's words that the steps name. */
export type DashboardTexts = {
  fields: { email: string; password: string }
  actions: { continueWithEmail: string }
  orders: { domain: string }
  users: { copyResetPasswordLink: string; copyResetPasswordLinkSuccess: string }
  resetPassword: Record<
    | "goToResetPassword"
    | "hint"
    | "invalidLinkHint"
    | "invalidLinkTitle"
    | "newPassword"
    | "newPasswordHint"
    | "repeatNewPassword"
    | "resetPassword"
    | "sendResetInstructions"
    | "successfulRequestTitle"
    | "successfulResetTitle",
    string
  >
}

/** Medusa's dashboard, as somebody at a browser sees it. */
export class Dashboard {
  private pictures = 0

  private constructor(
    readonly page: Page,
    readonly texts: DashboardTexts,
  ) {}

  static async open(page: Page): Promise<Dashboard> {
    return new Dashboard(page, await loadTexts())
  }

  async see(text: string): Promise<void> {
    await this.page.getByText(text, { exact: true }).waitFor()
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole("button", { name, exact: true }).click()
  }

  async type(field: string, text: string): Promise<void> {
    await this.page.getByPlaceholder(field, { exact: true }).fill(text)
  }

  /** Sends the form for a new password. Resolves to the answer of the API. */
  async choosePassword(password: string): Promise<Response> {
    const { newPassword, repeatNewPassword, resetPassword } = this.texts.resetPassword
    await this.type(newPassword, password)
    await this.type(repeatNewPassword, password)
    const [answer] = await Promise.all([
      this.page.waitForResponse((response) => response.url().endsWith("/emailpass/update")),
      this.press(resetPassword),
    ])
    return answer
  }

  async seeToast(text: string): Promise<void> {
    await this.page.locator("[data-sonner-toast]").filter({ hasText: text }).waitFor()
  }

  async takePicture(name: string): Promise<void> {
    await takePicture(this.page, `${String(++this.pictures).padStart(2, "0")}-${name}`)
  }
}

/** Reads the dashboard's own words, so that they may change with it. */
async function loadTexts(): Promise<DashboardTexts> {
  const manifest = require.resolve("@medusajs/dashboard/package.json")
  const file = join(dirname(manifest), "src/i18n/translations/en.json")
  return JSON.parse(await readFile(file, "utf8")) as DashboardTexts
}
