import type { LoadResult } from "../load"
import { load } from "../processes"
import { addressOf, PASSWORD } from "../seed"
import type { Shop } from "../stores"

/** Somebody who is signed in looks at their own account, again and again (p50, in milliseconds). */
export async function measureSession(shop: Shop, seconds: number): Promise<number> {
  const token = await shop.signIn(addressOf(0), PASSWORD)
  const { p50, statuses } = await load({
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
  return p50
}

/** The floor: what Medusa needs for an answer without any work. */
export function measureHealth(
  shop: Shop,
  { connections, amount }: { connections: number; amount: number },
): Promise<LoadResult> {
  return load({ url: shop.url, path: "/health", method: "GET", connections, amount })
}
