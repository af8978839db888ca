import { setTimeout as sleep } from "node:timers/promises"
import { type Checks, expectSame } from "../../support/checks"
import type { Client } from "../../support/client"
import type { Store } from "../../support/store"
import { until } from "../../support/until"
import type { ShopUnderTest } from "./shop-under-test"

/** Workers that stop, or are killed. */
export async function checkWorkers(
  { test }: Checks,
  shop: ShopUnderTest,
  workers: Store[],
): Promise<void> {
  const { crowd } = shop

  await test("servers alone send none; a worker that comes back does", async () => {
    await Promise.all(workers.map((worker) => worker.stop()))
    const addresses = await crowd.askFor(1)
    await sleep(3_000)
    expectSame(shop.mailsTo(addresses[0]!).length, 0)
    await Promise.all(workers.map((worker) => worker.again()))
    expectSame(await crowd.expectLinks(addresses), 0)
  })

  await test("a worker that is killed under load loses nobody's mail", async () => {
    const stop = crowd.askOnAndOn()
    for (const worker of [...workers, ...workers]) {
      await sleep(700 + Math.random() * 1_000)
      await worker.kill()
      await worker.again()
    }
    await crowd.expectAll(await stop(), { atLeast: 50 })
  })
}

/** A Redis that forgets all that it knew, and a database that breaks every connection off. */
export async function checkServices(
  { test }: Checks,
  shop: ShopUnderTest,
  client: Client,
): Promise<void> {
  const { crowd, cluster } = shop

  await test("a Redis that is killed, with all that it knew, loses nobody's mail, and no link", async () => {
    const token = await shop.tokenFor(client, await shop.account(client, "jade"))
    const stop = crowd.askOnAndOn()
    await sleep(1_500)
    await cluster.redis.kill()
    await sleep(1_000)
    expectSame((await client.update(token, "new-password")).status, 200)
    await sleep(14_000)
    await cluster.redis.up()
    await until(() => crowd.ask(), "an answer")
    await sleep(1_500)
    await crowd.expectAll(await stop(), { atLeast: 20 })
  })

  await test("a database that restarts loses nobody's mail", async () => {
    const stop = crowd.askOnAndOn()
    await sleep(1_500)
    await cluster.postgres.restart()
    await until(() => crowd.ask(), "an answer")
    await sleep(1_500)
    await crowd.expectAll(await stop(), { atLeast: 20 })
  })
}
