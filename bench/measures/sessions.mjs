import { load } from "../processes.mjs"
import { addressOf, PASSWORD } from "../seed.mjs"

/** Somebody who is signed in looks at their own account, again and again. */
export async function measureSession({ shop, seconds }) {
  const token = await shop.signIn(addressOf(0), PASSWORD)
  const { p50, perSecond, statuses } = await load({
    url: shop.url,
    path: "/store/customers/me",
    method: "GET",
    headers: {
      "x-publishable-api-key": shop.publishable,
      authorization: `Bearer ${token}`,
    },
    connections: 1,
    seconds,
  })
  if (Object.keys(statuses).join() !== "200") {
    throw new Error(`${shop.name}: answers to a session: ${JSON.stringify(statuses)}`)
  }
  return { p50, perSecond }
}

/** The floor: what Medusa needs for an answer without any work. */
export function measureHealth({ shop, connections, amount }) {
  return load({ url: shop.url, path: "/health", method: "GET", connections, amount })
}
