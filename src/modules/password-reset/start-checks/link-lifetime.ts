import type { StartContext } from "./check"

/**
 * Compares the shortest lifetime of a link with the window in which an address gets a few emails only. If a
 * link dies within the window, a stranger who requests them all leaves the owner without a link that works.
 */
export function checkLinkLifetime({ options }: StartContext): string | undefined {
  const { throttle, dialects, tokenTtl, medusaV1, bagisto } = options
  const lifetimes = {
    tokenTtl,
    ...(dialects.includes("medusa-v1") && { "medusaV1.tokenTtl": medusaV1.tokenTtl ?? tokenTtl }),
    ...(dialects.includes("bagisto") && { "bagisto.tokenTtl": bagisto.tokenTtl }),
  }
  const [name, shortest] = Object.entries(lifetimes).sort(([, a], [, b]) => a - b)[0]!
  if (!throttle || shortest >= throttle.perIdentifier.window) {
    return undefined
  }
  const { limit, window } = throttle.perIdentifier
  return (
    `links live for ${shortest} s, and an address gets ${limit} emails in ${window} s: after these, its ` +
    `owner may have no link that works. Set \`${name}\` to at least \`throttle.perIdentifier.window\``
  )
}
