import { hasControlCharacters } from "../domain/accounts/text"

/**
 * What zod's `refine` takes, for a field that must not contain control characters.
 *
 * @param read what of the field is looked at
 */
export function noControlCharacters(
  read: (text: string) => string = (text) => text,
): [(text: string) => boolean, string] {
  return [(text) => !hasControlCharacters(read(text)), "must not contain control characters"]
}
