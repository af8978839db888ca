import type { Logger } from "@medusajs/framework/types"
import ipaddr from "ipaddr.js"
import proxyaddr from "proxy-addr"
import { BoundedMap } from "./bounded-map"
import { type Client, subscriber } from "./client"
import { SHOPPER_IP_HEADER, type StorefrontHeaders, Storefronts } from "./storefronts"

export type ClientIpOptions = {
  /** How many proxies stand before the shop, or their addresses and ranges. */
  trustedProxies?: number | string[]
  /** Storefront servers that forward the address of the shopper whom they call for. */
  trustedClients?: (string | { secret: string })[]
}

/** What a request says of where it comes from. */
export type Connection = {
  /** The address at the other end of the socket; undefined where it has closed. */
  remoteAddress?: string
  /** The header `X-Forwarded-For`: the nearest address last. */
  forwardedFor?: string
  storefront?: StorefrontHeaders
}

/**
 * Finds a client's IP address. `X-Forwarded-For` is believed only as far as the options say, since a
 * client can write into it what it likes. Express's `req.ip` always believes its last entry (OWASP
 * ASVS 5.0, 15.3.4).
 */
export class ClientIp {
  private readonly trusts: (address: string, hop: number) => boolean
  private readonly isTrustedClient: (address: string) => boolean
  private readonly knowsProxies: boolean
  private readonly storefronts: Storefronts
  private readonly warned = new Set<string>()

  constructor(
    { trustedProxies, trustedClients = [] }: ClientIpOptions,
    private readonly logger: Logger,
  ) {
    const isProxy =
      typeof trustedProxies === "number"
        ? (_: string, hop: number) => hop < trustedProxies
        : proxyaddr.compile(trustedProxies ?? [])
    const isTrustedClient = proxyaddr.compile(trustedClients.filter(isRange))
    const secrets = trustedClients.flatMap((one) => (isRange(one) ? [] : [one.secret]))
    this.storefronts = new Storefronts(secrets, () => this.warn(LEAKED_SECRET))
    this.isTrustedClient = (address) => isTrustedClient(withoutPort(address), 0)
    this.trusts = (address, hop) =>
      isProxy(withoutPort(address), hop) || this.isTrustedClient(address)
    this.knowsProxies = trustedProxies !== undefined
  }

  /**
   * Who calls. A storefront server that proves itself is believed whom it calls for, wherever it stands.
   *
   * @returns no `ip` where the client's address is unknown: per-client limits are then disabled
   * rather than blocking everyone
   */
  of(connection: Connection): Client {
    const storefront = connection.storefront && this.storefronts.find(connection.storefront)
    if (!storefront) {
      return this.callerOf(connection)
    }
    const shopper = parse(connection.storefront?.shopperIp)
    return { ...(shopper && subscriber(shopper)), storefront }
  }

  private callerOf(connection: Connection): Client {
    const peer = parse(connection.remoteAddress)
    if (!this.knowsProxies && connection.forwardedFor && this.isUnknownProxy(peer)) {
      this.warn(UNKNOWN_PROXY)
      return {}
    }
    const address = proxyaddr(asRequest(connection), this.trusts)
    if (this.isTrustedClient(address)) {
      return {} // A storefront server that does not say for whom it calls.
    }
    const client = parse(address) ?? peer
    return client ? subscriber(client) : {}
  }

  /** Whether the peer is a proxy in the same network, or on this machine, that no option names. */
  private isUnknownProxy(peer: Address | undefined): boolean {
    return !peer || (isPrivate(peer) && !this.isTrustedClient(peer.toString()))
  }

  /** Warns once of each. */
  private warn(line: string) {
    if (!this.warned.has(line)) {
      this.warned.add(line)
      this.logger.warn(`medusa-plugin-password-reset: ${line}`)
    }
  }
}

const UNKNOWN_PROXY =
  "requests come through a proxy, so the clients' addresses are unknown and per-client limits are disabled. " +
  "Add to the plugin's options how many proxies stand before Medusa: throttle: { trustedProxies: 1 }, " +
  "or 0 for none"
const LEAKED_SECRET =
  `a browser sent a secret of throttle.trustedClients, so ${SHOPPER_IP_HEADER} was ignored. The secret belongs ` +
  "on the storefront's server only. Replace it"

function isRange(trusted: string | { secret: string }): trusted is string {
  return typeof trusted === "string"
}

/** The two parts of a request that `proxy-addr` reads. */
function asRequest({ remoteAddress, forwardedFor }: Connection) {
  const request = { socket: { remoteAddress }, headers: { "x-forwarded-for": forwardedFor } }
  return request as unknown as Parameters<typeof proxyaddr>[0]
}

/** Whether a text is an IP address, or a range of them in CIDR notation. */
export function isAddressRange(text: string): boolean {
  const [address = "", range] = text.split("/")
  if (!isAddress(address) || (range !== undefined && /^::ffff:/i.test(address))) {
    return false
  }
  try {
    proxyaddr.compile(text)
    return true
  } catch {
    return false
  }
}

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** The longest text of an address: an IPv4 one in an IPv6 one (RFC 4291, 2.2). */
const MAX_ADDRESS_CHARACTERS = 45

/**
 * Whether a text is an address as people write it. `ipaddr.js` takes more: it reads "1" as 0.0.0.1, and
 * "010.0.0.1" as 8.0.0.1.
 */
function isAddress(text: string): boolean {
  return (
    ipaddr.IPv4.isValidFourPartDecimal(text) ||
    (text.includes(":") && !text.includes("%") && ipaddr.IPv6.isValid(text))
  )
}

/** How many parsed addresses are cached: to parse one costs more than all else that is done with it. */
const MAX_KNOWN_ADDRESSES = 10_000
const known = new BoundedMap<string, Address | undefined>(MAX_KNOWN_ADDRESSES)

function parse(text: string | undefined): Address | undefined {
  const address = withoutPort(text)
  if (address.length > MAX_ADDRESS_CHARACTERS) {
    return undefined
  }
  if (!known.has(address)) {
    const copy = Buffer.from(address).toString() // A substring would keep the whole header in memory.
    known.set(copy, isAddress(address) ? ipaddr.process(address) : undefined)
  }
  return known.get(address)
}

/** Cuts off the port that some proxies write: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(text = ""): string {
  return text.replace(/^\[(.*)\](?::\d+)?$/, "$1").replace(/^([\d.]+):\d+$/, "$1")
}

const PRIVATE = ["private", "loopback", "linkLocal", "uniqueLocal", "carrierGradeNat"]

function isPrivate(address: Address): boolean {
  return PRIVATE.includes(address.range())
}
