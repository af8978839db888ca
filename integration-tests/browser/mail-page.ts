import type { Browser, Page } from "playwright-core"
import { type Mail, type MailLook, renderMail } from "../../src/domain/mails"
import { LOOK } from "../../src/domain/mails/__tests__/samples"
import { expect } from "../../support/checks"
import { takePicture, wantsPictures } from "./chromium"
import { inspect } from "./inspect"

export type Scheme = "light" | "dark"

const WIDTHS = [320, 360, 1024]
export const SCHEMES: readonly Scheme[] = ["light", "dark"]
export const LOGO_URL = "https://shop.example/logo.svg"
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" width="140" height="36" viewBox="0 0 140 36"><circle cx="18" cy="18" r="16" fill="#0f766e"/><path d="M10 19l6 6 11-13" fill="none" stroke="#fff" stroke-width="3.5"/><text x="44" y="25" font-family="Georgia,serif" font-size="20" font-weight="700" fill="#134e4a">Fjordhus</text></svg>`

/** A page of the browser that shows mails. Of the web, it has nothing but the logo. */
export class MailPage {
  private constructor(readonly page: Page) {}

  static async open(browser: Browser): Promise<MailPage> {
    const page = await browser.newPage()
    await page.route("**/*", (route) =>
      route.request().url() === LOGO_URL
        ? route.fulfill({ contentType: "image/svg+xml", body: LOGO })
        : route.abort(),
    )
    return new MailPage(page)
  }

  async show(mail: Mail, look: Partial<MailLook>): Promise<void> {
    const { html } = renderMail(mail, { ...LOOK, ...look })
    await this.page.setContent(html, { waitUntil: "load" })
    // tsx calls this in every function that has a name, those that run in the page included.
    await this.page.evaluate("globalThis.__name = (target) => target")
  }

  /** Looks at a mail in every width and scheme. Fails where there is anything wrong with it. */
  async expectNoFaults(
    mail: Mail,
    look: Partial<MailLook>,
    { widths = WIDTHS, schemes = SCHEMES } = {},
  ): Promise<void> {
    const faults: string[] = []
    await this.show(mail, look)
    for (const colorScheme of schemes) {
      await this.page.emulateMedia({ colorScheme })
      for (const width of widths) {
        await this.page.setViewportSize({ width, height: 800 })
        const found = await this.page.evaluate(inspect)
        faults.push(...found.map((fault) => `${mail.kind}, ${width} px, ${colorScheme}: ${fault}`))
      }
    }
    expect(!faults.length, `${faults.length} faults, such as ${faults.slice(0, 3).join("; ")}`)
  }

  /** Takes pictures, where they are wanted. */
  async takePictures(
    name: string,
    mail: Mail,
    look: Partial<MailLook>,
    { width, schemes = SCHEMES }: { width: number; schemes?: readonly Scheme[] },
  ): Promise<void> {
    if (!wantsPictures) {
      return
    }
    await this.show(mail, look)
    await this.page.setViewportSize({ width, height: 400 })
    for (const colorScheme of schemes) {
      await this.page.emulateMedia({ colorScheme })
      await takePicture(this.page, `${name}-${colorScheme}`)
    }
  }
}
