import { access } from "node:fs/promises"
import { chromium } from "playwright-core"

/** `CHROMIUM_PATH` names another Chromium than Debian's, `SCREENSHOTS` a folder for pictures. */
export const { CHROMIUM_PATH = "/usr/bin/chromium", SCREENSHOTS } = process.env

const ARGS = [
  "--no-sandbox", // Chromium can't have one as root, and it only sees pages of our own.
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
]

/** Starts a browser; the signals that end it are the caller's, see `stopOnSignal`. */
export function launchChromium() {
  return chromium.launch({
    executablePath: CHROMIUM_PATH,
    args: ARGS,
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
  })
}

/** Ends the process, and says what to do, where there is no Chromium. */
export async function demandChromium() {
  try {
    await access(CHROMIUM_PATH)
  } catch {
    console.error(`There is no ${CHROMIUM_PATH}; install it: apt-get install -y chromium`)
    process.exit(1)
  }
}
