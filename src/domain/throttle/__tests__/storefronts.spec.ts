import type { Logger } from "@medusajs/framework/types"
import { ClientIp } from "../client-ip"

const [OLD, NEW] = ["old-".repeat(8), "new-".repeat(8)]
const SHOPPER = "203.0.113.7"
const STOREFRONT = "198.51.100.9"

describe("a storefront with a secret", () => {
  const warnings: string[] = []
  const logger = { warn: (line: string) => void warnings.push(line) } as unknown as Logger
  const clientIp = new ClientIp(
    { trustedProxies: 0, trustedClients: ["10.0.0.1", { secret: OLD }, { secret: NEW }] },
    logger,
  )
  const callerOf = (secret: string | undefined, shopperIp?: string, fetchSite?: string) =>
    clientIp.of({ remoteAddress: STOREFRONT, storefront: { secret, shopperIp, fetchSite } })

  it.each([OLD, NEW])("is believed whom it calls for, wherever it stands", (secret) => {
    expect(callerOf(secret, SHOPPER)).toEqual({ ip: SHOPPER, storefront: expect.any(String) })
    expect(callerOf(secret, "2001:db8:1:2:3::4")).toEqual({
      ip: "2001:db8:1:2::",
      network: "2001:db8:1::/48",
      storefront: expect.any(String),
    })
  })

  it("counts under a name of its own, which is not its secret", () => {
    const { storefront } = callerOf(NEW, SHOPPER)

    expect(storefront).not.toContain(NEW)
    expect(storefront).not.toBe(callerOf(OLD, SHOPPER).storefront)
  })

  it.each([undefined, "", "nobody", "203.0.113.7, 203.0.113.8"])(
    "that forwards %j calls for nobody known",
    (shopperIp) => {
      expect(callerOf(NEW, shopperIp)).toEqual({ storefront: expect.any(String) })
    },
  )

  it.each([undefined, "", "newer-".repeat(8), `${NEW} `, NEW.slice(1)])(
    "is none with the secret %j",
    (secret) => {
      expect(callerOf(secret, SHOPPER)).toEqual({ ip: STOREFRONT })
    },
  )

  it("is none where a browser sends the secret, and one warning says so without it", () => {
    expect(callerOf(NEW, SHOPPER, "cross-site")).toEqual({ ip: STOREFRONT })
    expect(callerOf(NEW, SHOPPER, "cross-site")).toEqual({ ip: STOREFRONT })

    expect(warnings).toEqual([expect.stringContaining("Replace it")])
    expect(warnings.join()).not.toContain(NEW)
  })
})
