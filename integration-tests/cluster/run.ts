import { setTimeout as sleep } from "node:timers/promises"
import { Checks, expect, expectSame } from "../../support/checks"
import { Client } from "../../support/client"
import { Crowd } from "../../support/crowd"
import { findToken } from "../../support/mail-links"
import { runMain } from "../../support/main"
import type { Store } from "../../support/store"
import { installPrevious } from "./builds"
import { Cluster } from "./cluster"
import { checkServices, checkWorkers } from "./faults"
import { findInRedis } from "./redis-dump"
import { checkSharedState } from "./shared-state"
import { ShopUnderTest } from "./shop-under-test"

/**
 * The newest commit whose tables are older than today's, until there is a release: what an operator
 * may still run while the next one starts on the migrated database.
 */
const PREVIOUS = "c3b16a1"
const MAILS = 200
/** What one client may ask for: more than all of this, so that one check can use the rest up. */
const REQUESTS = 100_000
const REQUESTS_LEFT = 100
/** A refusal is repeated from memory for ten seconds. */
const REFUSAL_MS = 11_000
const ANY_NUMBER = { limit: 1_000_000 }
const OPTIONS = {
  throttle: {
    perIp: { limit: REQUESTS, window: 900 },
    check: ANY_NUMBER,
    register: ANY_NUMBER,
    update: ANY_NUMBER,
    login: { perIp: ANY_NUMBER },
  },
  delivery: { retryAfter: 1 },
}

const checks = new Checks()
const secrets = new Set<string>()

/**
 * `npm run test:cluster`: two servers and two workers of one shop, on one Postgres and one Redis, with
 * Medusa's own distributed parts; then the previous build of the plugin beside this one.
 */
runMain(async () => {
  console.log("\nTwo servers and two workers")
  const cluster = await Cluster.start(OPTIONS)
  try {
    await runChecks(cluster)
  } finally {
    await cluster.stop()
  }
  checks.finish()
})

async function runChecks(cluster: Cluster): Promise<void> {
  const [a, b] = [await cluster.add("server"), await cluster.add("server")]
  const workers = [await cluster.add("worker"), await cluster.add("worker")] as const
  const [first, second] = [clientOf(a), clientOf(b)]
  const crowd = crowdOf(cluster, [a, b])
  const shop = await ShopUnderTest.prepare(cluster, crowd)

  await checks.test("say nothing at the start", () => {
    const lines = cluster.log.split("\n").filter((line) => line.includes("password-reset:"))
    expect(!lines.length, lines.join("\n"))
  })
  await checkSharedState(checks, shop, { a: first, b: second, name: "two-servers" })
  await checks.test("requests from one client count on both", () =>
    useRequestsUp(cluster, [first, second]),
  )
  await checks.test(`${MAILS} mails are sent once each by two workers`, async () => {
    const before = cluster.mailServer.mails.length
    await sendOnceEach(crowd)
    expectSame(cluster.mailServer.mails.length - before, MAILS)
  })
  await checkWorkers(checks, shop, [...workers])
  await checks.test("no token and no password stands in Redis afterwards", () =>
    searchRedis(cluster),
  )
  await checkServices(checks, shop, first)

  const previous = await installPrevious(PREVIOUS)
  if (!previous) {
    console.log(`  - a rolling upgrade: not tried, this clone does not have ${PREVIOUS}`)
    return
  }
  await b.stop()
  await workers[1].stop()
  const old = await cluster.add("server", previous)
  await cluster.add("worker", previous)
  const mixed = crowdOf(cluster, [a, old], crowd.next)
  await checkSharedState(checks, shop.with(mixed), {
    a: first,
    b: clientOf(old),
    name: "previous-build",
  })
  await checks.test("previous-build: mails are sent once each", () => sendOnceEach(mixed))
}

function clientOf({ url }: Store): Client {
  return new Client(url, secrets)
}

function crowdOf({ sql, mailServer }: Cluster, instances: Store[], first = 0): Crowd {
  return new Crowd({ urls: instances.map(({ url }) => url), sql, mailServer, first })
}

async function sendOnceEach(crowd: Crowd): Promise<void> {
  expectSame(await crowd.expectLinks(await crowd.askFor(MAILS, { atOnce: true })), 0)
}

async function useRequestsUp({ sql }: Cluster, [first, second]: [Client, Client]): Promise<void> {
  const counted = `WHERE key LIKE 'request-ip:%'`
  await sql(`UPDATE password_reset_throttle SET points = ${REQUESTS - REQUESTS_LEFT} ${counted}`)
  const statuses: number[] = []
  for (let group = 0; group < 20; group++) {
    const asked = Array.from({ length: 10 }, (_, index) =>
      (index % 2 ? first : second).ask(`nobody-${group}-${index}@shop.example`),
    )
    statuses.push(...(await Promise.all(asked)).map(({ status }) => status))
  }
  await sql(`DELETE FROM password_reset_throttle ${counted}`)
  await sleep(REFUSAL_MS)
  const count = (wanted: number) => statuses.filter((status) => status === wanted).length
  expectSame([count(201), count(429)], [REQUESTS_LEFT, 200 - REQUESTS_LEFT])
}

async function searchRedis({ mailServer, redis }: Cluster): Promise<void> {
  for (const mail of mailServer.mails) {
    const token = findToken(mail)
    if (token) {
      secrets.add(token)
    }
  }
  expect(secrets.size > MAILS, `only ${secrets.size} secrets were used`)
  const found = await findInRedis(redis.url, [...secrets])
  expect(!found.length, `Redis has ${found.join(", ")}`)
}
