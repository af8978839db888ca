import { setTimeout as sleep } from "node:timers/promises"
import { type Flood, type FloodFigures, percentile } from "../figures"
import { pace } from "../pace"
import { load } from "../processes"
import { addressOf, PASSWORD } from "../seed"
import type { Shop } from "../stores"
import { SETTLE_MS } from "./requests"

/** How long a flood goes on before anybody looks at products: its start is another thing. */
const HEAD_START_SECONDS = 3

/**
 * Measures all floods, with the limits as they are by default: what else would stop one?
 *
 * @param seconds of each
 */
export async function measureFloods(shop: Shop, seconds: number): Promise<FloodFigures> {
  await shop.start()
  await browse(shop, seconds) // Warms it up.
  const idle = await browse(shop, seconds)
  const health = await floodHealth(shop, seconds)
  await sleep(SETTLE_MS)
  const resets = await floodResets(shop, seconds)
  await sleep(SETTLE_MS)
  const logins = await floodLogins(shop, seconds)
  await shop.stop()
  return { idle, health, resets, logins }
}

/** What shoppers feel: how long the list of products takes, at an even pace (p95, in milliseconds). */
async function browse(shop: Shop, seconds: number): Promise<number> {
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
function floodHealth(shop: Shop, seconds: number): Promise<Flood> {
  return flood(shop, seconds, "/health")
}

/** One client asks for resets as fast as it can, while others look at products. */
function floodResets(shop: Shop, seconds: number): Promise<Flood> {
  return flood(shop, seconds, "/auth/customer/emailpass/reset-password", {
    identifier: addressOf(1),
  })
}

/** One client tries passwords as fast as it can, while others look at products. */
function floodLogins(shop: Shop, seconds: number): Promise<Flood> {
  return flood(shop, seconds, "/auth/customer/emailpass", {
    email: addressOf(2),
    password: `not-${PASSWORD}`,
  })
}

async function flood(shop: Shop, seconds: number, path: string, body?: object): Promise<Flood> {
  const [attack, products] = await Promise.all([
    load({
      url: shop.url,
      path,
      method: body ? "POST" : "GET",
      body,
      connections: 10,
      seconds: seconds + HEAD_START_SECONDS + 1,
    }),
    sleep(HEAD_START_SECONDS * 1_000).then(() => browse(shop, seconds)),
  ])
  return { perSecond: attack.perSecond, statuses: attack.statuses, products }
}
