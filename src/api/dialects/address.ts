import { isStorable } from "../../domain/accounts/address"

/** Something on either side of an `@`; whether anybody has it is not asked here. */
const ADDRESS = /^(?:"[^"]+"|[^\s"@]+)@[^\s@]+$/

/** Whether it can be an address, for dialects that refuse what can't. */
export function isAddress(text: string): boolean {
  return ADDRESS.test(text) && isStorable(text)
}
