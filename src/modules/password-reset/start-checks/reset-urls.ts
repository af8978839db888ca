import type { StartContext } from "./check"

/** What to write for each actor type that every store has. */
const EXAMPLES = {
  customer: "https://shop.example/reset-password",
  user: "https://api.shop.example/app/reset-password",
}

export function checkResetUrls({ options: { resetUrl } }: StartContext): string | undefined {
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
