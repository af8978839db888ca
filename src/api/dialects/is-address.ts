import { isStorable } from "../../domain/accounts/address"

/** Something on either side of an `@`. */
const ADDRESS = /^(?:"[^"]+"|[^\s"@]+)@[^\s@]+$/

/**
 * Whether a text can be an email address, for dialects that refuse what can't. No account is looked up.
 */
export function isAddress(text: string): boolean {
  return isStorable(text) && ADDRESS.test(text)
}
