import { setTimeout as sleep } from "node:timers/promises"
import { Checks, expectSame } from "../../support/checks"
import { Crowd, type Sql } from "../../support/crowd"
import { MailServer } from "../../support/mail-server"
import { runMain } from "../../support/main"
import { type Shop, startShop } from "../../support/shop"
import { until } from "../../support/until"

/** How often Medusa is killed. */
const KILLS = Number(process.env.KILLS ?? 30)
const ANY_NUMBER = { limit: 1_000_000 }
const OPTIONS = {
  throttle: { perIp: ANY_NUMBER, check: ANY_NUMBER, register: ANY_NUMBER },
  delivery: { retryAfter: 1 },
}

/**
 * `npm run test:faults`: real processes, real SMTP, and what goes wrong in the field. Whoever was told
 * that their request is accepted gets a link that works.
 *
 * KILLS: how often Medusa is killed, 30 by default.
 */
runMain(async () => {
  const checks = new Checks()
  console.log("\nA shop in bad weather")
  const mailServer = await MailServer.start()
  const shop = await startShop({
    env: { SMTP_URL: mailServer.url, PLUGIN_OPTIONS: JSON.stringify(OPTIONS) },
  })
  const sql: Sql = (statement) => shop.postgres.query("shop", statement)
  const crowd = new Crowd({ urls: [shop.url], sql, mailServer })
  try {
    await crowd.seed()
    await checks.test(
      "a mail server that is down for longer than three retries loses nobody's mail",
      () => breakMailServer(crowd, mailServer, sql),
    )
    await checks.test("a database that restarts in the middle loses nobody's mail", () =>
      restartDatabase(crowd, shop),
    )
    await checks.test(`Medusa that is killed ${KILLS} times under load loses nobody's mail`, () =>
      killMedusa(crowd, shop),
    )
  } finally {
    await shop.stop()
    await mailServer.stop()
  }
  checks.finish()
})

async function breakMailServer(crowd: Crowd, mailServer: MailServer, sql: Sql): Promise<void> {
  await mailServer.down()
  const addresses = await crowd.askFor(25)
  const leastAttempts = async () => {
    const [row] = await sql(`SELECT min(attempts) AS least FROM password_reset`)
    return Number(row?.least)
  }
  await until(async () => (await leastAttempts()) > 4, "four attempts at each")
  expectSame(mailServer.mails.length, 0)
  await mailServer.up()
  expectSame(await crowd.expectLinks(addresses), 0)
}

async function restartDatabase(crowd: Crowd, { postgres }: Shop): Promise<void> {
  const stop = crowd.askOnAndOn()
  await sleep(1_000)
  await postgres.restart()
  await sleep(4_000)
  await postgres.restart()
  await until(() => crowd.ask(), "an answer")
  await sleep(1_000)
  await crowd.expectAll(await stop(), { atLeast: 21 })
}

async function killMedusa(crowd: Crowd, { store }: Shop): Promise<void> {
  const stop = crowd.askOnAndOn()
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(100 + Math.random() * 1_500)
    await store.kill()
    await store.again()
  }
  await sleep(500)
  await crowd.expectAll(await stop(), { atLeast: KILLS + 1 })
}
