import { foldAddress, MAX_ADDRESS_CHARACTERS } from "./address"

/**
 * The mailbox that mail to an address ends up in at most mail servers: without its tag (RFC 5233), and without
 * quotes, comments and a last dot (RFC 5322). Use it to count mails alone: whose account an address means, and
 * where its mail goes, is for `foldAddress`, since some servers tell these spellings apart.
 *
 * @returns a folded address. Never throws.
 */
export function mailboxOf(address: string): string {
  const { local = "", domain } = address.length > MAX_ADDRESS_CHARACTERS ? {} : plain(address)
  if (!domain) {
    return foldAddress(address)
  }
  const [name] = local.split("+")
  return foldAddress(`${name || local}@${domain.replace(/\.+$/, "")}`)
}

/** The two parts of an address as it would be written without quotes, comments and white space. */
function plain(address: string): { local?: string; domain?: string } {
  const parts = [""]
  let comments = 0
  let isQuoted = false
  for (const [token] of address.matchAll(/\\.|[^]/gu)) {
    if (token === '"' && !comments) {
      isQuoted = !isQuoted
    } else if (token === "(" && !isQuoted) {
      comments++
    } else if (token === ")" && comments) {
      comments--
    } else if (token === "@" && !comments && !isQuoted) {
      parts.push("")
    } else if (!comments && (isQuoted || token.trim())) {
      parts.push(parts.pop() + token.replace(/^\\/, ""))
    }
  }
  const domain = parts.pop()
  return { local: parts.join("@"), domain: parts.length ? domain : undefined }
}
