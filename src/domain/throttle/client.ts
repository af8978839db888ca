import ipaddr from "ipaddr.js"
import type { Limit } from "./shared-store"

/** Who calls, as far as that is known. What is not known is not limited. */
export type Client = {
  /** IPv4 as such, IPv6 as its /64, since that is what one subscriber gets. */
  ip?: string
  /** The /48 of an IPv6 address. */
  network?: string
  /** The storefront server that forwards the address, where it proved itself by a secret. */
  storefront?: string
}

/** How many times a client's limit a /48 gets, which a provider may give to one customer. */
const NETWORK_FACTOR = 10
/** How many times a client's limit a storefront gets, in case its secret is stolen. */
const STOREFRONT_FACTOR = 100

/** A limit on a client, and wider ones on all that it could make of itself. */
export type ByClient<T> = Record<keyof Client, T>

const KINDS = ["ip", "network", "storefront"] as const satisfies (keyof Client)[]

/** Makes the limits on a client out of one. */
export function byClient<T>(
  { limit, ...rest }: Limit,
  name: string,
  make: (name: string, limit: Limit) => T,
): ByClient<T> {
  const times = (factor: number) => ({ limit: limit * factor, ...rest })
  return {
    ip: make(name, times(1)),
    network: make(`${name}-48`, times(NETWORK_FACTOR)),
    storefront: make(`${name}-storefront`, times(STOREFRONT_FACTOR)),
  }
}

/** The limits under which a client counts, each with what it counts. */
export function countsOf<T>(by: ByClient<T>, client: Client): [T, string][] {
  return KINDS.flatMap((kind) => {
    const key = client[kind]
    return key === undefined ? [] : [[by[kind], key] satisfies [T, string]]
  })
}

/** A client's addresses as counts keep them. */
export function mapClient(client: Client, keyOf: (text: string) => string): Client {
  const keys = KINDS.map((kind) => [kind, client[kind] && keyOf(client[kind])])
  return Object.fromEntries(keys) as Client
}

/** The address of one subscriber, and the network around it, in which a provider may give out many. */
export function subscriber(address: ipaddr.IPv4 | ipaddr.IPv6): Client {
  return address instanceof ipaddr.IPv6
    ? { ip: prefixOf(address, 64), network: `${prefixOf(address, 48)}/48` }
    : { ip: address.toString() }
}

/** The first bits of an IPv6 address, as an address. */
function prefixOf(address: ipaddr.IPv6, bits: 48 | 64): string {
  const bytes = address.toByteArray().map((byte, index) => (index < bits / 8 ? byte : 0))
  return new ipaddr.IPv6(bytes).toString()
}
