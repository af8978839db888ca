import { createRequire } from "node:module"
import { Checks, expect, expectSame, until } from "../../support/checks.mjs"
import { bearer, Client } from "../../support/client.mjs"
import { Crowd } from "../../support/crowd.mjs"
import { tokenIn } from "../../support/mail-server.mjs"
import { Cluster, installPrevious } from "./cluster.mjs"

/**
 * `npm run test:cluster`: two servers and two workers of one shop, on one Postgres and one Redis, with
 * Medusa's own distributed parts; then the previous build of the plugin beside this one.
 */

/**
 * The newest commit whose tables are older than today's, until there is a release: what an operator
 * may still run while the next one starts on the migrated database.
 */
const PREVIOUS = "c3b16a1"
const USES = 50
const MAILS = 200
/** What one client may ask for: more than all of this, so that one check can use the rest up. */
const REQUESTS = 100_000

const checks = new Checks()
const test = checks.test.bind(checks)
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const anyNumber = { limit: 1_000_000 }
const secrets = new Set()

console.log("\nTwo servers and two workers")
const cluster = await Cluster.start({
  throttle: {
    perIp: { limit: REQUESTS, window: 900 },
    check: anyNumber,
    register: anyNumber,
    update: anyNumber,
    login: { perIp: anyNumber },
  },
  delivery: { retryAfter: 1 },
}).catch((error) => {
  console.error(error.message)
  process.exit(1)
})
const { mailServer, redis, postgres, sql } = cluster

const mailsTo = (address) => mailServer.mails.filter(({ to }) => to === address)
/** Waits for the newest mail of an address, after `had` others. */
async function tokenFor(client, email, had = mailsTo(email).length) {
  expectSame((await client.ask(email)).status, 201)
  await until(() => mailsTo(email).length > had, `a mail for ${email}`, 40)
  const token = tokenIn(mailsTo(email).at(-1))
  return token
}
async function account(client, name) {
  const email = `${name}@shop.example`
  expectSame((await client.register(email, "old-password")).status, 200)
  return email
}

/** What holds between two instances, whichever build each of them runs. */
async function holdTogether(a, b, name) {
  await test(`${name}: a link asked for on one is used on the other`, async () => {
    for (const [asked, used, who] of [
      [a, b, "ada"],
      [b, a, "bea"],
    ]) {
      const email = await account(asked, `${who}-${name}`)
      const token = await tokenFor(asked, email)
      expectSame((await used.check(token)).status, 200)
      expectSame((await used.update(token, "new-password")).status, 200)
      expectSame((await asked.update(token, "newer-password")).body.code, "token_used")
      expectSame((await asked.login(email, "new-password")).status, 200)
    }
  })

  await test(`${name}: a link that is used ${USES} times at once works once`, async () => {
    const token = await tokenFor(a, await account(a, `jane-${name}`))
    const answers = await Promise.all(
      Array.from({ length: USES }, (_, index) =>
        (index % 2 ? a : b).update(token, `new-password-${index}`),
      ),
    )
    const count = (wanted) => answers.filter(({ status }) => status === wanted).length
    expectSame([count(200), count(401)], [1, USES - 1])
  })

  await test(`${name}: ten requests at once leave one link that works`, async () => {
    const email = await account(a, `joan-${name}`)
    const asked = Array.from({ length: 10 }, (_, index) => (index % 2 ? a : b).ask(email))
    expectSame(new Set((await Promise.all(asked)).map(({ status }) => status)).size, 1)
    await until(() => mailsTo(email).length > 0, "a mail", 40)
    await until(async () => !(await crowd.openRows()).length, "the workers", 40)
    const living = `SELECT id FROM password_reset WHERE entity_id = '${email}' AND status IN ('issued', 'sent')`
    expectSame((await sql(living)).length, 1)
  })

  await test(`${name}: failed logins count together`, async () => {
    const email = await account(a, `jill-${name}`)
    await pause(500) // A registration ends as a good login does: it clears the count.
    for (let guess = 0; guess < 10; guess++) {
      expectSame((await (guess % 2 ? a : b).login(email, "wrong-password")).status, 401)
    }
    const statuses = [await a.login(email, "old-password"), await b.login(email, "old-password")]
    expectSame(
      statuses.map(({ status }) => status),
      [429, 429],
    )
  })

  await test(`${name}: an address gets three mails' worth of requests from all together`, async () => {
    const email = await account(a, `june-${name}`)
    for (let count = 0; count < 8; count++) {
      expectSame((await (count % 2 ? a : b).ask(email)).status, 201)
    }
    const rows = await sql(`SELECT id FROM password_reset WHERE identifier = '${email}'`)
    expectSame(rows.length, 3)
  })

  await test(`${name}: sessions end on the other within 5 s`, async () => {
    const email = await account(a, `judy-${name}`)
    const { body } = await a.login(email, "old-password")
    const registered = await a.post("/store/customers", { email }, await asCustomer(body.token))
    expectSame(registered.status, 200)
    const session = (await a.login(email, "old-password")).body.token
    const me = async (client) =>
      (await client.request("GET", "/store/customers/me", undefined, await asCustomer(session)))
        .status
    expectSame([await me(a), await me(b)], [200, 200])
    expectSame((await b.update(await tokenFor(b, email), "new-password")).status, 200)
    expectSame(await me(b), 401)
    await until(async () => (await me(a)) === 401, "the other instance", 5)
  })
}

/** Storefronts' key. */
let publishable
async function asCustomer(token) {
  return { ...bearer(token), "x-publishable-api-key": publishable }
}

let crowd
try {
  const [a, b] = [await cluster.add("server"), await cluster.add("server")]
  const workers = [await cluster.add("worker"), await cluster.add("worker")]
  const [first, second] = [a, b].map(({ url }) => new Client(url, secrets))
  publishable = await publishableKey()
  crowd = new Crowd({ urls: [a.url, b.url], sql, mailServer })
  await crowd.seed()

  await test("say nothing at the start", () => {
    const lines = cluster.log.split("\n").filter((line) => line.includes("password-reset:"))
    expect(!lines.length, lines.join("\n"))
  })

  await holdTogether(first, second, "two-servers")

  await test("requests from one client count on both", async () => {
    const counted = `WHERE key LIKE 'request-ip:%'`
    await sql(`UPDATE password_reset_throttle SET points = ${REQUESTS - 100} ${counted}`)
    const answers = []
    for (let group = 0; group < 20; group++) {
      const ask = (_, index) =>
        (index % 2 ? first : second).ask(`nobody-${group}-${index}@shop.example`)
      answers.push(...(await Promise.all(Array.from({ length: 10 }, ask))))
    }
    await sql(`DELETE FROM password_reset_throttle ${counted}`)
    await pause(11_000) // A refusal is repeated from memory for ten seconds.
    const letThrough = answers.filter(({ status }) => status === 201).length
    const refused = answers.filter(({ status }) => status === 429).length
    expectSame([letThrough, refused], [100, 100])
  })

  await test(`${MAILS} mails are sent once each by two workers`, async () => {
    const before = mailServer.mails.length
    const asked = await Promise.all(Array.from({ length: MAILS }, () => crowd.ask()))
    expect(asked.every(Boolean), "a request was refused")
    expectSame(await crowd.expectLinks(asked), 0)
    expectSame(mailServer.mails.length - before, MAILS)
  })

  await test("servers alone send none; a worker that comes back does", async () => {
    await Promise.all(workers.map((worker) => worker.stop()))
    const email = await crowd.ask()
    expect(email, "the request was refused")
    await pause(3000)
    expectSame(mailsTo(email).length, 0)
    await Promise.all(workers.map((worker) => cluster.again(worker)))
    expectSame(await crowd.expectLinks([email]), 0)
  })

  await test("a worker that is killed under load loses nobody's mail", async () => {
    const stop = crowd.askOnAndOn()
    for (const worker of [...workers, ...workers]) {
      await pause(700 + Math.random() * 1000)
      await worker.kill()
      await cluster.again(worker)
    }
    await expectAll(await stop(), 50)
  })

  await test("no token and no password stands in Redis afterwards", async () => {
    for (const mail of mailServer.mails) {
      const token = tokenIn(mail)
      token && secrets.add(token)
    }
    expect(secrets.size > MAILS, `only ${secrets.size} secrets were used`)
    const found = await findInRedis([...secrets])
    expect(!found.length, `Redis has ${found.join(", ")}`)
  })

  await test("a Redis that is killed, with all that it knew, loses nobody's mail, and no link", async () => {
    const token = await tokenFor(first, await account(first, "jade"))
    const stop = crowd.askOnAndOn()
    await pause(1500)
    await redis.kill()
    await pause(1000)
    expectSame((await first.update(token, "new-password")).status, 200)
    await pause(14_000)
    await redis.up()
    await until(async () => Boolean(await crowd.ask()), "an answer", 60)
    await pause(1500)
    await expectAll(await stop(), 20)
  })

  await test("a database that restarts loses nobody's mail", async () => {
    const stop = crowd.askOnAndOn()
    await pause(1500)
    await postgres.restart()
    await until(async () => Boolean(await crowd.ask()), "an answer", 60)
    await pause(1500)
    await expectAll(await stop(), 20)
  })

  const previous = await installPrevious(PREVIOUS)
  if (previous) {
    await b.stop()
    await workers[1].stop()
    const old = await cluster.add("server", previous)
    await cluster.add("worker", previous)
    const mixed = new Client(old.url, secrets)
    crowd = Object.assign(new Crowd({ urls: [a.url, old.url], sql, mailServer }), {
      next: crowd.next,
    })
    await holdTogether(first, mixed, "previous-build")
    await test("previous-build: mails are sent once each", async () => {
      const asked = await Promise.all(Array.from({ length: MAILS }, () => crowd.ask()))
      expect(asked.every(Boolean), "a request was refused")
      expectSame(await crowd.expectLinks(asked), 0)
    })
  } else {
    console.log(`  - a rolling upgrade: not tried, this clone does not have ${PREVIOUS}`)
  }
} finally {
  await cluster.stop()
}
checks.finish()

async function expectAll(addresses, least) {
  expect(addresses.length >= least, `only ${addresses.length} requests were accepted`)
  const besides = await crowd.expectLinks(addresses)
  console.log(`    ${addresses.length} accepted, ${besides} mails more than needed`)
}

/** One that a sales channel knows. */
async function publishableKey() {
  const token = `pk_${"0".repeat(64)}`
  await sql(
    `INSERT INTO api_key (id, token, salt, redacted, title, type, created_by)
       VALUES ('apk_1', '${token}', '', 'pk_***', 'Storefront', 'publishable', 'test');
     INSERT INTO sales_channel (id, name) VALUES ('sc_1', 'Storefront');
     INSERT INTO publishable_api_key_sales_channel (id, publishable_key_id, sales_channel_id)
       VALUES ('pksc_1', 'apk_1', 'sc_1')`,
  )
  return token
}

/** Every value that Redis has, of whatever type, searched. */
async function findInRedis(needles) {
  const { Redis: Connection } = createRequire(import.meta.url)("ioredis")
  const connection = new Connection(redis.url)
  const readers = {
    string: (key) => connection.get(key),
    hash: (key) => connection.hgetall(key),
    list: (key) => connection.lrange(key, 0, -1),
    set: (key) => connection.smembers(key),
    zset: (key) => connection.zrange(key, 0, -1),
    stream: (key) => connection.xrange(key, "-", "+"),
  }
  try {
    let dump = ""
    for (const key of await connection.keys("*")) {
      const read = readers[await connection.type(key)]
      dump += `${key} ${JSON.stringify((await read?.(key)) ?? "")}\n`
    }
    expect(dump.length > 100, "Redis is empty")
    return needles.filter((needle) => typeof needle === "string" && dump.includes(needle))
  } finally {
    connection.disconnect()
  }
}
