import type { StartContext } from "./check"

/** Warns of the only option that lets a response depend on whether an account exists. */
export function checkUnknownEmailDisclosure({ options }: StartContext): string | undefined {
  const { dialects, bagisto } = options
  if (!dialects.includes("bagisto") || !bagisto.discloseUnknownEmail) {
    return undefined
  }
  return (
    "`bagisto.discloseUnknownEmail` is on, so `POST /api/shop/customers/forgot-password` tells anybody who has " +
    "an account here, and who does not. Remove it from the plugin's options, unless a client needs the 404"
  )
}
