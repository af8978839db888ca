/** Whether a text holds control characters (Unicode's category Cc). The database takes no NUL. */
export function hasControlCharacters(text: string): boolean {
  return /\p{Cc}/u.test(text)
}
