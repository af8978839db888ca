import type Bowser from "bowser"

/** The longest `User-Agent` that is looked at, in characters. */
const LONGEST = 400

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
  const { parse } = require("bowser") as typeof Bowser
  const { browser, os } = parse(userAgent.slice(0, LONGEST))
  return [browser.name, os.name].map(plainName).filter(Boolean).join(", ") || undefined
}

/** A name that is not on Bowser's list is whatever the client wrote: no mail may make a link of it. */
function plainName(name = ""): string {
  return name
    .replace(/[^\p{L}\p{N} ]+/gu, " ")
    .trim()
    .slice(0, 30)
}
