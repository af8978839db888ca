import { domainToASCII, domainToUnicode } from "node:url"
import { hasControlCharacters } from "./text"

/** What comes along, without being seen, when an address is copied. Joiners are left: some languages need them. */
const INVISIBLE = /[\u00AD\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/g

/**
 * Folds an address for look-up, comparison and throttle keys. No other code may fold addresses. Drops invisible
 * characters, trims white space, writes the local part in ASCII lower case, and the domain as `domainToASCII` does.
 *
 * Only ASCII letters fold in the local part. Unicode's case rules depend on the language and merge addresses
 * of different people (the GitHub "ı" account takeover of 2019).
 *
 * @returns the folded address. Without an `@` or a valid domain, only ASCII letters are folded. Never throws.
 */
export function foldAddress(address: string): string {
  if (address.length > MAX_ADDRESS_CHARACTERS) {
    return asciiLowerCase(address) // No account has it. Folding a domain takes the square of its length.
  }
  const { local, domain } = split(address.replace(INVISIBLE, "").trim())
  if (domain === undefined) {
    return asciiLowerCase(local)
  }
  return `${asciiLowerCase(local)}@${foldDomain(domain)}`
}

/**
 * The spellings under which an account that folds to `address` may be stored, in ASCII lower case: as typed,
 * as folded, and with an internationalised domain in Unicode. A database look-up uses them to find
 * candidates; `foldAddress` then decides.
 */
export function storedSpellings(address: string): string[] {
  const folded = foldAddress(address)
  const { local, domain } = split(folded)
  const spellings = [folded, asciiLowerCase(address.trim())]
  if (domain !== undefined && address.length <= MAX_ADDRESS_CHARACTERS) {
    spellings.push(`${local}@${domainToUnicode(domain)}`)
  }
  return [...new Set(spellings)]
}

/** `storedSpellings` of several addresses, each once. */
export function spellingsOf(addresses: readonly string[]): string[] {
  return [...new Set(addresses.flatMap(storedSpellings))]
}

/**
 * Picks the stored account that an address means: the exact match, else the only account that folds to the
 * same address. If several fold to it, only an exact match counts: a guess would mail one person's link to
 * another.
 */
export function pickAccount<T extends { entity_id: string }>(
  address: string,
  accounts: readonly T[],
): T | undefined {
  return accountPicker(accounts)(address)
}

/** Does what `pickAccount` does, for many addresses: it folds the accounts only once. */
export function accountPicker<T extends { entity_id: string }>(
  accounts: readonly T[],
): (address: string) => T | undefined {
  const byFolded = new Map<string, T[]>()
  for (const account of accounts) {
    const folded = foldAddress(account.entity_id)
    byFolded.set(folded, [...(byFolded.get(folded) ?? []), account])
  }
  return (address) => {
    const typed = address.trim()
    const alike = byFolded.get(foldAddress(typed)) ?? []
    return (
      alike.find((account) => account.entity_id === typed) ??
      (alike.length === 1 ? alike[0] : undefined)
    )
  }
}

/** Whether more than one stored account folds to `address`. */
export function isAmbiguous(address: string, accounts: readonly { entity_id: string }[]): boolean {
  const folded = foldAddress(address)
  return accounts.filter((account) => foldAddress(account.entity_id) === folded).length > 1
}

/** The longest address that mail can be sent to (RFC 5321: 64 before the @, 255 after). */
export const MAX_ADDRESS_CHARACTERS = 320

/** Whether an account can have the address: the database takes no NUL, and no endless keys. */
export function isStorable(address: string): boolean {
  return address.length <= MAX_ADDRESS_CHARACTERS && !hasControlCharacters(address.trim())
}

function split(address: string): { local: string; domain?: string } {
  const at = address.lastIndexOf("@")
  return at < 0
    ? { local: address }
    : { local: address.slice(0, at), domain: address.slice(at + 1) }
}

/**
 * Folds a domain. `domainToASCII` parses hosts of URLs: it would turn a text that is not a domain into another
 * domain ("a.example/b" into "a.example").
 */
function foldDomain(domain: string): string {
  const isNoDomain = /[/?#\\%:\s]/.test(domain) || /^[\d.]*$/.test(domain)
  return (!isNoDomain && domainToASCII(domain)) || asciiLowerCase(domain)
}

function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
