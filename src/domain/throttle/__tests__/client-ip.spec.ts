import type { Logger } from "@medusajs/framework/types"
import { ClientIp, type ClientIpOptions, isAddressRange } from "../client-ip"

const SHOPPER = "203.0.113.7"
const FORGED = "198.51.100.66"
const PROXY = "10.0.0.1"
const STOREFRONT = "10.1.2.3"

describe("the client's address", () => {
  const warnings: string[] = []
  const logger = { warn: (line: string) => void warnings.push(line) } as unknown as Logger
  const clientIp = (options: ClientIpOptions = {}) => new ClientIp(options, logger)

  /** Who calls, where `peer` holds the connection. */
  const caller = (options: ClientIpOptions, peer: string | undefined, forwardedFor?: string) =>
    clientIp(options).of({ remoteAddress: peer, forwardedFor }).ip

  beforeEach(() => {
    warnings.length = 0
  })

  describe("where the options say nothing", () => {
    it("is the one at the other end of the connection", () => {
      expect(caller({}, SHOPPER)).toBe(SHOPPER)
      expect(caller({}, PROXY)).toBe(PROXY)
      expect(warnings).toEqual([])
    })

    it("is not what a public client writes into the header", () => {
      expect(caller({}, SHOPPER, FORGED)).toBe(SHOPPER)
      expect(caller({}, "2001:db8::1", FORGED)).toBe("2001:db8::")
      expect(warnings).toEqual([])
    })

    it.each([
      PROXY,
      "172.16.0.1",
      "192.168.1.1",
      "127.0.0.1",
      "169.254.1.1",
      "100.64.0.1",
      "::1",
      "fe80::1",
      "fd00::1",
      "::ffff:10.0.0.1",
    ])("is nobody's where %s forwards, and one warning says what to do", (peer) => {
      const ips = clientIp()

      for (let i = 0; i < 5; i++) {
        expect(ips.of({ remoteAddress: peer, forwardedFor: SHOPPER }).ip).toBeUndefined()
      }
      expect(warnings).toEqual([expect.stringContaining("trustedProxies: 1")])
    })

    it("is known again for whoever comes straight, after the warning", () => {
      const ips = clientIp()
      ips.of({ remoteAddress: PROXY, forwardedFor: SHOPPER })

      expect(ips.of({ remoteAddress: SHOPPER }).ip).toBe(SHOPPER)
      expect(ips.of({ remoteAddress: PROXY }).ip).toBe(PROXY)
    })

    it("is nobody's where the connection has gone", () => {
      expect(caller({}, undefined)).toBeUndefined()
    })
  })

  describe("behind as many proxies as the options count", () => {
    it("is the connection's where there are none, whatever the header says", () => {
      expect(caller({ trustedProxies: 0 }, PROXY, FORGED)).toBe(PROXY)
      expect(warnings).toEqual([])
    })

    it("is what one proxy says", () => {
      expect(caller({ trustedProxies: 1 }, PROXY, SHOPPER)).toBe(SHOPPER)
      expect(warnings).toEqual([])
    })

    it("is what the outer one of two says", () => {
      expect(caller({ trustedProxies: 2 }, PROXY, `${SHOPPER}, 10.0.0.2`)).toBe(SHOPPER)
    })

    it("is never what the client wrote on the left", () => {
      expect(caller({ trustedProxies: 1 }, PROXY, `${FORGED}, ${SHOPPER}`)).toBe(SHOPPER)
      expect(caller({ trustedProxies: 2 }, PROXY, `${FORGED}, ${SHOPPER}, 10.0.0.2`)).toBe(SHOPPER)
      expect(caller({ trustedProxies: 1 }, PROXY, `${PROXY}, ${SHOPPER}`)).toBe(SHOPPER)
    })

    it("is the proxy's own where it calls for itself", () => {
      expect(caller({ trustedProxies: 1 }, PROXY)).toBe(PROXY)
    })
  })

  describe("behind proxies that the options name", () => {
    const options = { trustedProxies: ["10.0.0.0/24", "2001:db8:1::/48"] }

    it("is the first from the right that is none of them", () => {
      expect(caller(options, PROXY, SHOPPER)).toBe(SHOPPER)
      expect(caller(options, PROXY, `${FORGED}, ${SHOPPER}, 10.0.0.2, 10.0.0.3`)).toBe(SHOPPER)
      expect(caller(options, "2001:db8:1::1", `${FORGED}, ${SHOPPER}, ${PROXY}`)).toBe(SHOPPER)
      expect(caller(options, `::ffff:${PROXY}`, `${FORGED}, ${SHOPPER}`)).toBe(SHOPPER)
    })

    it("is the connection's where that is none of them", () => {
      expect(caller(options, "10.0.1.1", FORGED)).toBe("10.0.1.1")
      expect(caller(options, SHOPPER, `${FORGED}, ${PROXY}`)).toBe(SHOPPER)
      expect(warnings).toEqual([])
    })

    it("is nowhere behind one of them that a client only claims to be behind", () => {
      expect(caller(options, PROXY, `${FORGED}, ${PROXY}, ${SHOPPER}`)).toBe(SHOPPER)
    })
  })

  it("is the shopper's, though a trusted hop writes its port", () => {
    const entries = `${SHOPPER}:5555, ${PROXY}:4711`

    expect(caller({ trustedProxies: ["10.0.0.0/8"] }, "10.0.0.2", entries)).toBe(SHOPPER)
    expect(
      caller({ trustedProxies: 1, trustedClients: [STOREFRONT] }, PROXY, `${STOREFRONT}:4711`),
    ).toBeUndefined()
  })

  it("is nobody's behind a proxy that only the storefront servers' option does not know", () => {
    expect(caller({ trustedClients: [STOREFRONT] }, PROXY, SHOPPER)).toBeUndefined()
    expect(caller({ trustedClients: [STOREFRONT] }, STOREFRONT, SHOPPER)).toBe(SHOPPER)
    expect(warnings).toHaveLength(1)
  })

  it("is nobody's behind a socket of the machine's own, with a warning", () => {
    expect(caller({}, undefined, SHOPPER)).toBeUndefined()
    expect(warnings).toHaveLength(1)
  })

  describe("where storefront servers call for shoppers", () => {
    const options = { trustedProxies: 1, trustedClients: [STOREFRONT] }

    it("is what the storefront server forwards, behind the proxy or straight", () => {
      expect(caller(options, PROXY, `${SHOPPER}, ${STOREFRONT}`)).toBe(SHOPPER)
      expect(caller({ trustedClients: [STOREFRONT] }, STOREFRONT, SHOPPER)).toBe(SHOPPER)
      expect(caller({ trustedClients: ["10.1.0.0/16"] }, STOREFRONT, SHOPPER)).toBe(SHOPPER)
    })

    it("is not what the shopper made the storefront server forward", () => {
      const forwarded = `${FORGED}, ${SHOPPER}, ${STOREFRONT}`

      expect(caller(options, PROXY, forwarded)).toBe(SHOPPER)
    })

    it("is nobody's where the storefront server forwards nothing", () => {
      expect(caller(options, PROXY, STOREFRONT)).toBeUndefined()
      expect(caller({ trustedClients: [STOREFRONT] }, STOREFRONT)).toBeUndefined()
      expect(warnings).toEqual([])
    })

    it("is a shopper's own who calls without the storefront, or pretends to be it", () => {
      expect(caller(options, PROXY, SHOPPER)).toBe(SHOPPER)
      expect(caller(options, PROXY, `${FORGED}, ${STOREFRONT}, ${SHOPPER}`)).toBe(SHOPPER)
      expect(caller({ trustedClients: [STOREFRONT] }, SHOPPER, `${FORGED}, ${STOREFRONT}`)).toBe(
        SHOPPER,
      )
    })
  })

  describe("is written", () => {
    const said = (entry: string) => caller({ trustedProxies: 1 }, PROXY, entry)

    it("alike for IPv4 and for IPv4 in IPv6", () => {
      expect(caller({}, `::ffff:${SHOPPER}`)).toBe(SHOPPER)
      expect(said(`::ffff:${SHOPPER}`)).toBe(SHOPPER)
      expect(said("::FFFF:cb00:7107")).toBe(SHOPPER)
    })

    it("once for one /64 of IPv6, since one subscriber has it all", () => {
      const [one, other] = ["2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff"]

      expect(said(one)).toMatch(/^2001:db8:/)
      expect(said(other)).toBe(said(one))
      expect(caller({}, other)).toBe(said(one))
    })

    it("apart for each two /64s", () => {
      const subscribers = [
        "2001:db8::1",
        "2001:db8:0:1::1",
        "2001:db8:0:2::1",
        "2001:db8:1::1",
        "2001:db8:1:1::1",
        "2001:db8:1000::1",
        "2001:db8:ffff:ffff::1",
      ].map(said)

      expect(new Set(subscribers).size).toBe(7)
      expect(subscribers).not.toContain(undefined)
    })

    it("without the port that some proxies add", () => {
      expect(said("192.0.2.1:4711")).toBe("192.0.2.1")
      expect(said("[2001:db8::1]:4711")).toBe("2001:db8::")
      expect(said("[2001:db8::1]")).toBe("2001:db8::")
    })

    it.each([
      ["a word", "unknown"],
      ["a hidden name", "_hidden"],
      ["another header's syntax", `for=${SHOPPER}`],
      ["a number too large", "256.1.1.1"],
      ["a port that is none", `${SHOPPER}:http`],
      ["nothing between brackets", "[]"],
      ["a plain number", "4711"],
      ["one with leading zeros, which some read as octal", "010.0.0.1"],
      ["markup", "<script>"],
      ["16 kB of brackets", "[".repeat(8000) + "]".repeat(8000)],
    ])("as the connection's where the proxy's own entry is %s", (_, garbage) => {
      expect(said(garbage)).toBe(PROXY)
      expect(said(`${FORGED}, ${garbage}`)).toBe(PROXY)
    })

    it("at once, however many entries the client adds", () => {
      const many = `${FORGED}, `.repeat(50_000)
      const proxies = `${PROXY}, `.repeat(50_000)
      const began = performance.now()

      expect(said(many + SHOPPER)).toBe(SHOPPER)
      expect(caller({ trustedProxies: ["10.0.0.0/8"] }, PROXY, many + SHOPPER)).toBe(SHOPPER)
      expect(
        caller({ trustedProxies: ["10.0.0.0/8"] }, PROXY, `${SHOPPER}, ${proxies}${PROXY}`),
      ).toBe(SHOPPER)
      expect(performance.now() - began).toBeLessThan(5000)
    })
  })
})

describe("a range of addresses", () => {
  it.each([
    "10.0.0.0/8",
    "10.1.2.3/32",
    "10.1.2.3",
    "10.0.0.0/255.0.0.0",
    "2001:db8::/32",
    "2001:db8::1",
    "::1/128",
    "::ffff:10.0.0.1",
  ])("may be %s", (text) => {
    expect(isAddressRange(text)).toBe(true)
  })

  it.each([
    "",
    "10.0.0.0/33",
    "10.0.0.0/0",
    "10.0.0.0/-1",
    "10.0.0.0/",
    "10.0.0.0/eight",
    "10.0.0.256",
    "2001:db8::/129",
    "2001:db8::/0",
    "2001:db8::/ffff::",
    "proxy.example",
    "https://10.0.0.1",
    "10.0.0.1:4711",
    "10.0.0.1, 10.0.0.2",
    "*",
    "1",
    "3232235777",
    "loopback",
    "fe80::1%eth0",
    "::ffff:10.0.0.0/104",
  ])("may not be %j", (text) => {
    expect(isAddressRange(text)).toBe(false)
  })
})
