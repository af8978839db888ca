import { randomBytes } from "node:crypto"
import { normalizePassword } from "../../domain/passwords/password-policy"

/** The two operations on hashes that Medusa's provider offers. */
type CoreHashing = {
  hash: (password: string) => Promise<string>
  /** @throws where `hash` is no hash at all */
  verify: (password: string, hash: string) => Promise<boolean>
}

/**
 * Compares passwords with hashes. It always spends the time of a real comparison, so that response times do
 * not reveal whether an account exists.
 */
export class PasswordVerifier {
  private decoy?: Promise<string>

  constructor(private readonly core: CoreHashing) {}

  /**
   * Tells whether `hash` was made from `password`. Without a hash, it compares with a decoy and answers
   * false.
   *
   * It tries the normalized password first and then the password as typed, because hashes from before this
   * plugin were made from whatever the keyboard sent.
   */
  async matches(password: string, hash: string | null | undefined): Promise<boolean> {
    const decoy = await this.decoyHash()
    for (const form of new Set([normalizePassword(password), password])) {
      if (await this.verify(form, hash ?? decoy, decoy)) {
        return typeof hash === "string"
      }
    }
    return false
  }

  /** Compares with the decoy where `hash` is no hash, as an import may have left one: that takes as long. */
  private async verify(password: string, hash: string, decoy: string): Promise<boolean> {
    try {
      return await this.core.verify(password, hash)
    } catch (error) {
      if (hash === decoy) {
        throw error
      }
      await this.verify(password, decoy, decoy)
      return false
    }
  }

  /** A hash of a random password. Made once; after an error the next call tries again. */
  private decoyHash(): Promise<string> {
    this.decoy ??= this.core.hash(randomBytes(16).toString("hex")).catch((error: Error) => {
      this.decoy = undefined
      throw error
    })
    return this.decoy
  }
}
