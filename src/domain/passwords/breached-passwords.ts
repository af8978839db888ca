import { createHash } from "node:crypto"
import type { Logger } from "@medusajs/framework/types"

/** The default service: the range API of Have I Been Pwned. */
export const PWNED_PASSWORDS_URL = "https://api.pwnedpasswords.com"

/** How long the service may take. It is short, since a shopper waits for the form. */
const TIMEOUT_MS = 1000

/**
 * Asks a range API with k-anonymity whether a password is known from data breaches (ASVS 5.0 6.2.12). The
 * service gets the first five characters of the SHA-1, and answers with the rest of all hashes that begin
 * with them. Padding hides from the length of the answer which hashes these are.
 *
 * If the service fails, the password passes and a warning is logged: resets must not depend on another
 * company's server.
 */
export class BreachedPasswords {
  constructor(
    private readonly url: string,
    private readonly logger: Pick<Logger, "warn">,
  ) {}

  /** Whether the password is known. Never throws. */
  async includes(password: string): Promise<boolean> {
    const hash = createHash("sha1").update(password).digest("hex").toUpperCase()
    try {
      const response = await fetch(`${this.url.replace(/\/+$/, "")}/range/${hash.slice(0, 5)}`, {
        headers: { "Add-Padding": "true" },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      if (response.ok) {
        return containsSuffix(await response.text(), hash.slice(5))
      }
      this.warn(`status ${response.status}`)
    } catch (error) {
      this.warn((error as Error).message)
    }
    return false
  }

  private warn(reason: string): void {
    this.logger.warn(
      `medusa-plugin-password-reset: the service for breached passwords failed (${reason}); ` +
        `the password passes unchecked`,
    )
  }
}

/** Searches the service's lines of `SUFFIX:COUNT`. A count of 0 is padding. */
function containsSuffix(range: string, suffix: string): boolean {
  return range.split("\n").some((line) => {
    const [found, count] = line.trim().split(":")
    return found?.toUpperCase() === suffix && Number(count) > 0
  })
}
