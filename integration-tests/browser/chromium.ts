import { access, mkdir } from "node:fs/promises"
import { join } from "node:path"
import { type Browser, chromium, type Page } from "playwright-core"
import { messageOf } from "../../support/checks"

/** `CHROMIUM_PATH` names another Chromium than Debian's. */
const { CHROMIUM_PATH = "/usr/bin/chromium", SCREENSHOTS } = process.env

const SCREENSHOT_TIMEOUT_MS = 30_000
const ARGS = [
  "--no-sandbox", // Chromium can't have one as root, and it only sees pages of our own.
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
]

/**
 * Starts a browser. The signals that end it are the caller's, see `stopOnSignal`.
 *
 * @throws Error that says what to do, where there is no Chromium
 */
export async function launchChromium(): Promise<Browser> {
  await access(CHROMIUM_PATH).catch(() => {
    throw new Error(`There is no ${CHROMIUM_PATH}; install it: apt-get install -y chromium`)
  })
  return chromium.launch({
    executablePath: CHROMIUM_PATH,
    args: ARGS,
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
  })
}

/** Takes a picture of the whole page, where SCREENSHOTS names a folder for pictures. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (!SCREENSHOTS) {
    return
  }
  const path = join(SCREENSHOTS, `${name}.png`)
  try {
    await mkdir(SCREENSHOTS, { recursive: true })
    await page.screenshot({
      path,
      fullPage: true,
      animations: "disabled",
      timeout: SCREENSHOT_TIMEOUT_MS,
    })
  } catch (error) {
    console.error(`    no screenshot ${path}: ${messageOf(error)}`)
  }
}

/** Whether pictures are wanted: preparing a page for one takes time. */
export const wantsPictures = Boolean(SCREENSHOTS)
