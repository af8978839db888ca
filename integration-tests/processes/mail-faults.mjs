import { Checks, expect, expectSame, until } from "../../support/checks.mjs"
import { Crowd } from "../../support/crowd.mjs"
import { MailServer } from "../../support/mail-server.mjs"
import { startShop } from "../../support/shop.mjs"

/**
 * `npm run test:faults`: real processes, real SMTP, and what goes wrong in the field. Whoever was told
 * that their request is accepted gets a link that works.
 *
 * KILLS: how often Medusa is killed, 30 by default.
 */
const KILLS = Number(process.env.KILLS ?? 30)
const checks = new Checks()
const test = checks.test.bind(checks)
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const anyNumber = { limit: 1_000_000 }

console.log("\nA shop in bad weather")
const mailServer = await MailServer.start()
const shop = await startShop({
  env: {
    SMTP_URL: mailServer.url,
    PLUGIN_OPTIONS: JSON.stringify({
      throttle: { perIp: anyNumber, check: anyNumber, register: anyNumber },
      delivery: { retryAfter: 1 },
    }),
  },
})
const { postgres, store, url } = shop
const sql = (statement) => postgres.query("shop", statement)

const crowd = new Crowd({ urls: [url], sql, mailServer })

try {
  await crowd.seed()

  await test("a mail server that is down for longer than three retries loses nobody's mail", async () => {
    await mailServer.down()
    const addresses = []
    for (let count = 0; count < 25; count++) {
      addresses.push(await crowd.ask())
    }
    expect(addresses.every(Boolean), "a request was refused")
    const attempts = () => sql(`SELECT min(attempts) AS least FROM password_reset`)
    await until(async () => (await attempts())[0].least > 4, "four attempts at each", 120)
    expectSame(mailServer.mails.length, 0)
    await mailServer.up()
    expectSame(await crowd.expectLinks(addresses), 0)
  })

  await test("a database that restarts in the middle loses nobody's mail", async () => {
    const stop = crowd.askOnAndOn()
    await pause(1000)
    await postgres.restart()
    await pause(4000)
    await postgres.restart()
    await until(async () => Boolean(await crowd.ask()), "an answer", 60)
    await pause(1000)
    const addresses = await stop()
    expect(addresses.length > 20, `only ${addresses.length} requests were accepted`)
    const duplicates = await crowd.expectLinks(addresses)
    console.log(`    ${addresses.length} accepted, ${duplicates} mails more than needed`)
  })

  await test(`Medusa that is killed ${KILLS} times under load loses nobody's mail`, async () => {
    const port = Number(new URL(url).port)
    const stop = crowd.askOnAndOn()
    for (let kill = 0; kill < KILLS; kill++) {
      await pause(100 + Math.random() * 1500)
      await store.kill()
      await store.start(port)
    }
    await pause(500)
    const addresses = await stop()
    expect(addresses.length > KILLS, `only ${addresses.length} requests were accepted`)
    const duplicates = await crowd.expectLinks(addresses)
    console.log(`    ${addresses.length} accepted, ${duplicates} mails more than needed`)
  })
} finally {
  await shop.stop()
  await mailServer.stop()
}
checks.finish()
