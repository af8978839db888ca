import { domainToASCII, domainToUnicode } from "node:url"
import { hasControlCharacters } from "./text"

/**
 * The one folding of addresses, for lookup, comparison and throttle keys: white space around it
 * trimmed, the local part in ASCII lower case, the domain as `domainToASCII` writes it.
 *
 * Only ASCII letters fold in the local part: Unicode case rules depend on language and merge
 * addresses that belong to different people (the GitHub "ı" account takeover of 2019).
 *
 * @returns the folded address; an identifier without `@`, or whose domain is no domain, is folded
 * as a plain name. Never throws.
 */
export function foldAddress(address: string): string {
  const { local, domain } = split(address.trim())
  if (domain === undefined) {
    return asciiLowerCase(local)
  }
  return `${asciiLowerCase(local)}@${foldDomain(domain)}`
}

/**
 * Every ASCII-lower-case spelling under which an account that folds to `address` may be stored:
 * as typed, as folded, and with an internationalised domain in Unicode. They narrow a database
 * look-up; `foldAddress` then decides.
 */
export function storedSpellings(address: string): string[] {
  const folded = foldAddress(address)
  const { local, domain } = split(folded)
  const spellings = [folded, asciiLowerCase(address.trim())]
  if (domain !== undefined) {
    spellings.push(`${local}@${domainToUnicode(domain)}`)
  }
  return [...new Set(spellings)]
}

/** `storedSpellings` of several addresses, each once. */
export function spellingsOf(addresses: readonly string[]): string[] {
  return [...new Set(addresses.flatMap(storedSpellings))]
}

/**
 * Which of the stored accounts an address means. An exact match always wins; otherwise the only
 * account that folds to the same address. Where two accounts differ by nothing but case, only an
 * exact match counts: guessing would mail one person's link to another.
 */
export function pickAccount<T extends { entity_id: string }>(
  address: string,
  accounts: readonly T[],
): T | undefined {
  return accountPicker(accounts)(address)
}

/** `pickAccount` for many addresses: accounts are folded once. */
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

/** `domainToASCII` reads hosts of URLs: what is none would come out as somebody else's domain. */
function foldDomain(domain: string): string {
  const isNone = /[/?#\\%:\s]/.test(domain) || /^[\d.]*$/.test(domain)
  return (!isNone && domainToASCII(domain)) || asciiLowerCase(domain)
}

function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
