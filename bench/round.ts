import { setTimeout as sleep } from "node:timers/promises"
import { percentile, type RoundFigures } from "./figures"
import {
  type Context,
  measureLatency,
  measureRequests,
  measureSustained,
  SETTLE_MS,
} from "./measures/requests"
import { measureHealth, measureSession } from "./measures/sessions"
import { measureUpdate } from "./measures/update"

/** How much is done in a round: requests, seconds, seconds of the sustained load, and updates. */
export type RoundSize = { count: number; seconds: number; sustained: number; updates: number }

/** Of the plugin, for all measures but the floods: all load comes from one address. */
export const LIMITS = { throttle: { perIp: { limit: 1_000_000 }, update: { limit: 1_000_000 } } }

const REQUESTS_PER_SECOND = 20

/** What one shop does in one round, alone on the machine but for the database and the mail server. */
export async function measureRound(context: Context, size: RoundSize): Promise<RoundFigures> {
  const { shop, connections } = context
  const boot = await shop.start(LIMITS)
  await sleep(SETTLE_MS)
  const memory = await shop.memory()
  await measureRequests(context, size.count / 2) // Warms it up.
  await sleep(SETTLE_MS)
  const health = await measureHealth(shop, { connections, amount: size.count })
  const alone = await measureHealth(shop, { connections: 1, amount: size.count / 4 })
  const requests = await measureRequests(context, size.count)
  await sleep(SETTLE_MS)
  const pace = { rate: REQUESTS_PER_SECOND, seconds: size.seconds }
  const latency = await measureLatency(context, pace)
  const update = await measureUpdate(shop, requests.tokens.slice(-size.updates))
  const session = await measureSession(shop, size.seconds)
  const sustained = await measureSustained(context, size.sustained)
  const worked = await shop.memory()
  await shop.stop()
  const { known, unknown } = requests.cost
  return {
    boot,
    memory,
    health: health.to - health.from,
    healthAlone: alone.p50,
    accepted: requests.accepted,
    delivered: requests.delivered,
    unknown: requests.unknown,
    knownServer: known.server,
    knownDatabase: known.database,
    knownWal: known.wal,
    unknownServer: unknown.server,
    unknownDatabase: unknown.database,
    unknownWal: unknown.wal,
    latency: percentile(latency, 0.95),
    update,
    session,
    sustained,
    worked,
  }
}
