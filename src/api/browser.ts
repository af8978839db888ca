import type Bowser from "bowser"

/** How much of a `User-Agent` is parsed, in characters. */
const MAX_USER_AGENT_CHARACTERS = 400

/**
 * Names the browser and the system in a `User-Agent` header as people know them, as in "Firefox,
 * Windows". It helps an account's owner to recognize a change; it proves nothing.
 *
 * @returns undefined where the header names neither
 */
export function browserOf(userAgent: string | undefined): string | undefined {
  if (!userAgent) {
    return undefined
  }
  // Loaded when it is first needed, since most requests set no password.
  const { parse, BROWSER_MAP, OS_MAP } = require("bowser") as typeof Bowser
  const { browser, os } = parse(userAgent.slice(0, MAX_USER_AGENT_CHARACTERS))
  // A name that is not on Bowser's lists is text of the client's own, which no email may repeat.
  const names = [
    Object.values(BROWSER_MAP).find((name) => name === browser.name),
    Object.values(OS_MAP).find((name) => name === os.name),
  ]
  return names.filter(Boolean).join(", ") || undefined
}
