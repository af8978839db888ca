import type Bowser from "bowser"

/** The longest `User-Agent` that is looked at, in characters. */
const MAX_USER_AGENT_CHARACTERS = 400

/**
 * Browser and system as people know them, "Firefox, Windows", from a `User-Agent` header: a clue for
 * an account's owner, not a proof.
 *
 * @returns undefined for what names neither
 */
export function browserOf(userAgent: string | undefined): string | undefined {
  if (!userAgent) {
    return undefined
  }
  // Loaded when first needed: most requests set no password.
  const { parse, BROWSER_MAP, OS_MAP } = require("bowser") as typeof Bowser
  const { browser, os } = parse(userAgent.slice(0, MAX_USER_AGENT_CHARACTERS))
  // A name that is not on Bowser's lists is whatever the client wrote, and no mail may repeat that.
  const names = [
    Object.values(BROWSER_MAP).find((name) => name === browser.name),
    Object.values(OS_MAP).find((name) => name === os.name),
  ]
  return names.filter(Boolean).join(", ") || undefined
}
