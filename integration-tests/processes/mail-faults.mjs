import { Checks, expect, expectSame, until } from "../../support/checks.mjs"
import { MailServer, tokenIn } from "../../support/mail-server.mjs"
import { startShop } from "../../support/shop.mjs"

/**
 * `npm run test:faults`: real processes, real SMTP, and what goes wrong in the field. Whoever was told
 * that their request is accepted gets a link that works.
 *
 * KILLS: how often Medusa is killed, 30 by default.
 */
const KILLS = Number(process.env.KILLS ?? 30)
/** How many clients ask at once while things go wrong. */
const CLIENTS = 4
/** How long the last mails may take, in seconds: the lease of a worker that was killed, and more. */
const PATIENCE = 300
/** More than can be asked for: an address whose request was cut short is not asked for again. */
const ACCOUNTS = 50_000

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

/** Accounts that nobody has asked for yet. */
let next = 0
const fresh = () => `somebody-${next++}@shop.example`

/** Asks for a reset. Resolves to the address where the request was accepted. */
async function ask(email = fresh()) {
  const response = await fetch(`${url}/auth/customer/emailpass/reset-password`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ identifier: email }),
  }).catch(() => undefined)
  return response?.status === 201 ? email : undefined
}

/** Asks for one account after the other, as several clients, until it is told to stop. */
function askOnAndOn() {
  const accepted = []
  let isOver = false
  const client = async () => {
    while (!isOver) {
      const email = await ask()
      email ? accepted.push(email) : await pause(250)
      await pause(10)
    }
  }
  const clients = Array.from({ length: CLIENTS }, client)
  return async () => {
    isOver = true
    await Promise.all(clients)
    return accepted
  }
}

/** Waits until every address has a mail whose link works; says how many had more than one. */
async function expectLinks(addresses) {
  const linksOf = (address) =>
    mailServer.mails.filter(({ to }) => to === address).map((mail) => tokenIn(mail))
  const missing = new Set(addresses)
  await until(
    async () => {
      const arrived = new Set(mailServer.mails.map(({ to }) => to))
      for (const address of missing) {
        if (arrived.has(address)) {
          missing.delete(address)
        }
      }
      return missing.size === 0 && !(await openRows()).length
    },
    "every mail",
    PATIENCE,
  ).catch(async (error) => {
    throw new Error(
      `${error.message}; missing: ${[...missing].slice(0, 5)} (${missing.size}); open rows: ` +
        JSON.stringify((await openRows()).slice(0, 3)),
    )
  })
  let duplicates = 0
  for (const address of addresses) {
    const links = linksOf(address)
    duplicates += links.length - 1
    const works = await Promise.all(links.map(isAlive))
    expect(
      works.filter(Boolean).length === 1,
      `${address} has ${links.length} mails, and ${works.filter(Boolean).length} links that work`,
    )
  }
  return duplicates
}

async function isAlive(token) {
  const response = await fetch(`${url}/auth/customer/emailpass/reset-password`, {
    headers: { authorization: `Bearer ${token}` },
  })
  return response.status === 200
}

function openRows() {
  return sql(
    `SELECT id, status, attempts, due_at, failure_reason FROM password_reset WHERE due_at IS NOT NULL`,
  )
}

try {
  await sql(
    `INSERT INTO auth_identity (id, app_metadata)
       SELECT 'authid_' || n, '{}' FROM generate_series(0, ${ACCOUNTS}) n;
     INSERT INTO provider_identity (id, entity_id, provider, auth_identity_id, provider_metadata)
       SELECT 'pid_' || n, 'somebody-' || n || '@shop.example', 'emailpass', 'authid_' || n, '{}'
         FROM generate_series(0, ${ACCOUNTS}) n`,
  )

  await test("a mail server that is down for longer than three retries loses nobody's mail", async () => {
    await mailServer.down()
    const addresses = []
    for (let count = 0; count < 25; count++) {
      addresses.push(await ask())
    }
    expect(addresses.every(Boolean), "a request was refused")
    const attempts = () => sql(`SELECT min(attempts) AS least FROM password_reset`)
    await until(async () => (await attempts())[0].least > 4, "four attempts at each", 120)
    expectSame(mailServer.mails.length, 0)
    await mailServer.up()
    expectSame(await expectLinks(addresses), 0)
  })

  await test("a database that restarts in the middle loses nobody's mail", async () => {
    const stop = askOnAndOn()
    await pause(1000)
    await postgres.restart()
    await pause(4000)
    await postgres.restart()
    await until(async () => Boolean(await ask().catch(() => undefined)), "an answer", 60)
    await pause(1000)
    const addresses = await stop()
    expect(addresses.length > 20, `only ${addresses.length} requests were accepted`)
    const duplicates = await expectLinks(addresses)
    console.log(`    ${addresses.length} accepted, ${duplicates} mails more than needed`)
  })

  await test(`Medusa that is killed ${KILLS} times under load loses nobody's mail`, async () => {
    const port = Number(new URL(url).port)
    const stop = askOnAndOn()
    for (let kill = 0; kill < KILLS; kill++) {
      await pause(100 + Math.random() * 1500)
      await store.kill()
      await store.start(port)
    }
    await pause(500)
    const addresses = await stop()
    expect(addresses.length > KILLS, `only ${addresses.length} requests were accepted`)
    const duplicates = await expectLinks(addresses)
    console.log(`    ${addresses.length} accepted, ${duplicates} mails more than needed`)
  })
} finally {
  await shop.stop()
  await mailServer.stop()
}
checks.finish()
