import { createHash, timingSafeEqual } from "node:crypto"

/** The header in which a storefront server proves that it may say for whom it calls. */
export const STOREFRONT_SECRET_HEADER = "x-storefront-secret"
/** The header with the shopper's address. Proxies rewrite `X-Forwarded-For`, but not this one. */
export const SHOPPER_IP_HEADER = "x-shopper-ip"

/** What a storefront server sends of itself and of its shopper. */
export type StorefrontHeaders = {
  secret?: string
  shopperIp?: string
  /** `Sec-Fetch-Site`, which browsers send. `Sec-Fetch-Mode` would not tell: Node sends it as well. */
  fetchSite?: string
}

/** The storefront servers that share a secret with the shop. Two secrets at once allow for a change. */
export class Storefronts {
  private readonly digests: Buffer[]

  /** @param onLeak is told when a browser sends a right secret, which everybody can then read */
  constructor(
    secrets: readonly string[],
    private readonly onLeak: () => void,
  ) {
    this.digests = secrets.map(digestOf)
  }

  /** The storefront that a secret belongs to, as a name for its counts, or undefined. Takes constant time. */
  find({ secret, fetchSite }: StorefrontHeaders): string | undefined {
    if (!secret || this.digests.length === 0) {
      return undefined
    }
    const digest = digestOf(secret)
    const matches = this.digests.filter((known) => timingSafeEqual(known, digest))
    if (matches.length === 0) {
      return undefined
    }
    if (fetchSite !== undefined) {
      this.onLeak()
      return undefined
    }
    return digest.toString("base64url")
  }
}

function digestOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest()
}
