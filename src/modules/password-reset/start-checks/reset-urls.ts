import { hidesToken } from "../../../domain/tokens/reset-link"
import type { StartContext } from "./check"

/** What to write for each actor type that every store has. */
const EXAMPLES = {
  customer: "https://shop.example/reset-password",
  user: "https://api.shop.example/app/reset-password",
}

export function checkResetUrls({ options: { resetUrl } }: StartContext): string | undefined {
  const [actor, page] = Object.entries(resetUrl).find(([, url]) => hidesToken(url)) ?? []
  if (page) {
    return (
      `resetUrl.${actor} has a fragment, and the token stands before it, where a hash router does not look. ` +
      `Write where it belongs, such as ${page}?token={token}&email={email}`
    )
  }
  const missing = Object.entries(EXAMPLES).filter(([actor]) => !resetUrl[actor])
  if (!missing.length) {
    return undefined
  }
  const actors = missing.map(([actor]) => `"${actor}"`).join(" and ")
  const entries = missing.map(([actor, url]) => `${actor}: "${url}"`).join(", ")
  return (
    `no \`resetUrl\` for ${actors}, so their resets end as failed. ` +
    `Add to the plugin's options: resetUrl: { ${entries} }`
  )
}
