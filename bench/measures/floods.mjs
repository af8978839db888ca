import { percentile } from "../figures.mjs"
import { pace, pause } from "../pace.mjs"
import { load } from "../processes.mjs"
import { addressOf, PASSWORD } from "../seed.mjs"

/** What shoppers feel: how long the list of products takes, at an even pace. @returns the p95, in ms */
export async function browse(shop, seconds) {
  const { times } = await pace({
    url: `${shop.url}/store/products?limit=10`,
    method: "GET",
    headers: { "x-publishable-api-key": shop.publishable },
    rate: 20,
    seconds,
  })
  return percentile(times, 0.95)
}

/** The floor: one client asks for nothing at all as fast as it can, while others look at products. */
export function measureHealthFlood(shop, seconds) {
  return flood(shop, seconds, "/health")
}

/** One client asks for resets as fast as it can, while others look at products. */
export function measureResetFlood(shop, seconds) {
  return flood(shop, seconds, "/auth/customer/emailpass/reset-password", {
    identifier: addressOf(1),
  })
}

/** One client tries passwords as fast as it can, while others look at products. */
export function measureLoginFlood(shop, seconds) {
  return flood(shop, seconds, "/auth/customer/emailpass", {
    email: addressOf(2),
    password: `not-${PASSWORD}`,
  })
}

/** How long a flood goes on before anybody looks at products, in seconds: its start is another thing. */
const HEAD_START = 3

async function flood(shop, seconds, path, body) {
  const [attack, products] = await Promise.all([
    load({
      url: shop.url,
      path,
      method: body ? "POST" : "GET",
      body,
      connections: 10,
      seconds: seconds + HEAD_START + 1,
    }),
    pause(HEAD_START * 1000).then(() => browse(shop, seconds)),
  ])
  return { perSecond: attack.perSecond, statuses: attack.statuses, products }
}
