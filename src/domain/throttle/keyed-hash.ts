import { createHmac } from "node:crypto"

/**
 * Hashes a text so that it can be compared and counted, but not read or guessed without the secret.
 *
 * @param text with a prefix that names the use, so that two uses of one text have different hashes
 * @returns the first 128 bits of HMAC-SHA-256, as 22 characters of base64url
 */
export function keyedHash(secret: string, text: string): string {
  const hmac = createHmac("sha256", secret).update(text).digest()
  return hmac.subarray(0, 16).toString("base64url")
}
