import { createHash } from "node:crypto"
import type { Logger } from "@medusajs/framework/types"

/** The service that is asked by default: Have I Been Pwned's range API. */
export const PWNED_PASSWORDS_URL = "https://api.pwnedpasswords.com"

/** How long the service may take, in milliseconds: somebody is waiting for the form. */
const TIMEOUT_MS = 1000

/**
 * Whether a password is known from data breaches, by a range API with k-anonymity (ASVS 5.0
 * 6.2.12): the service gets five characters of the SHA-1, and answers with the rest of all that
 * begin so; padding hides which. When it can't be asked, the password passes, with a warning: the
 * shop must not depend on somebody else's server.
 */
export class BreachedPasswords {
  constructor(
    private readonly url: string,
    private readonly logger: Pick<Logger, "warn">,
  ) {}

  async includes(password: string): Promise<boolean> {
    const hash = createHash("sha1").update(password).digest("hex").toUpperCase()
    try {
      const response = await fetch(`${this.url.replace(/\/+$/, "")}/range/${hash.slice(0, 5)}`, {
        headers: { "Add-Padding": "true" },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      if (response.ok) {
        return knows(await response.text(), hash.slice(5))
      }
      this.warn(`it answered with ${response.status}`)
    } catch (error) {
      this.warn((error as Error).message)
    }
    return false
  }

  private warn(reason: string): void {
    this.logger.warn(
      `medusa-plugin-password-reset: the service for breached passwords can't be asked ` +
        `(${reason}); the password passes unchecked`,
    )
  }
}

/** Lines of `SUFFIX:COUNT`; a count of 0 is padding. */
function knows(range: string, suffix: string): boolean {
  return range.split("\n").some((line) => {
    const [found, count] = line.trim().split(":")
    return found?.toUpperCase() === suffix && Number(count) > 0
  })
}
