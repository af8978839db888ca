import { mkdir, writeFile } from "node:fs/promises"
import { cpus, totalmem } from "node:os"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { startPostgres } from "../support/postgres.ts"
import { stopOnSignal } from "../support/shutdown.ts"
import { median, percentile } from "./figures.mjs"
import {
  browse,
  measureHealthFlood,
  measureLoginFlood,
  measureResetFlood,
} from "./measures/floods.mjs"
import { measureGrowth } from "./measures/cost.mjs"
import { installedSize } from "./measures/footprint.mjs"
import { measureLatency, measureRequests, measureSustained, SETTLE } from "./measures/requests.mjs"
import { measureHealth, measureSession } from "./measures/sessions.mjs"
import { measureUpdate } from "./measures/update.mjs"
import { pause } from "./pace.mjs"
import { startSink } from "./processes.mjs"
import { printTable, rowsOf } from "./report.mjs"
import { hashBy, seedAccounts, seedOldResets } from "./seed.mjs"
import { installStores, Shop } from "./stores.mjs"

/**
 * `npm run bench`: Medusa's core with the subscriber of Medusa's guide, and the same Medusa with the
 * packed plugin, side by side: one Postgres, one mail server, alternating rounds, medians. The load and
 * the mail server are processes of their own. Figures are for reading; nothing here passes or fails.
 *
 * `--rounds N` (3), `--quick` for a look whether it runs, `--no-scale` without a million customers.
 */
const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    quick: { type: "boolean", default: false },
    scale: { type: "boolean", default: true },
  },
  allowNegative: true,
})
const ROUNDS = flags.quick ? 1 : Number(flags.rounds)
const SIZE = flags.quick
  ? { accounts: 20_000, count: 200, seconds: 3, sustained: 5, updates: 10, scaled: 50_000 }
  : { accounts: 400_000, count: 2_000, seconds: 10, sustained: 60, updates: 30, scaled: 1_000_000 }
const CONNECTIONS = 10
/** For all measures but the floods: all load comes from one address. */
const LIMITS = { throttle: { perIp: { limit: 1_000_000 }, update: { limit: 1_000_000 } } }

const results = fileURLToPath(new URL("results", import.meta.url))
const postgres = await startPostgres({ isDurable: true })
const sink = await startSink()
const [coreHome, pluginHome] = await installStores(["core", "plugin"])
const core = new Shop("core", { home: coreHome, postgres, sink })
const plugin = new Shop("plugin", { home: pluginHome, postgres, sink })
const shops = [core, plugin]
const say = (line) => console.log(line)
async function stopAll() {
  await Promise.all(shops.map((shop) => shop.stop()))
  await sink.stop()
  await postgres.stop()
}
stopOnSignal(stopAll)

/** Numbers of accounts that nobody has used yet: who was mailed just now is not mailed again. */
function counter(from = 10) {
  let number = from
  return { next: () => number++ }
}

/**
 * What one shop does in one round, alone on the machine but for the database and the mail server.
 *
 * @returns {Promise<Record<string, number>>}
 */
async function round(shop, accounts) {
  const context = { shop, sink, accounts, connections: CONNECTIONS }
  const boot = await shop.start(LIMITS)
  await pause(SETTLE)
  const memory = await shop.memory()
  await measureRequests({ ...context, count: SIZE.count / 2 }) // Warms it up.
  await pause(SETTLE)
  const health = await measureHealth({ ...context, amount: SIZE.count })
  const alone = await measureHealth({ shop, connections: 1, amount: SIZE.count / 4 })
  const requests = await measureRequests({ ...context, count: SIZE.count })
  await pause(SETTLE)
  const latency = await measureLatency({ ...context, rate: 20, seconds: SIZE.seconds })
  const update = await measureUpdate({ shop, tokens: requests.tokens.slice(-SIZE.updates) })
  const session = await measureSession({ shop, seconds: SIZE.seconds })
  const sustained = await measureSustained({ ...context, seconds: SIZE.sustained })
  const worked = await shop.memory()
  await shop.stop()
  return {
    boot,
    memory,
    health: health.to - health.from,
    healthAlone: alone.p50,
    accepted: requests.accepted,
    delivered: requests.delivered,
    unknown: requests.unknown,
    knownServer: requests.cost.known.server,
    knownDatabase: requests.cost.known.database,
    knownWal: requests.cost.known.wal,
    unknownServer: requests.cost.unknown.server,
    unknownDatabase: requests.cost.unknown.database,
    unknownWal: requests.cost.unknown.wal,
    latency: percentile(latency, 0.95),
    update,
    session: session.p50,
    sustained,
    worked,
  }
}

/** The median of each measure over the rounds. */
function together(rounds) {
  const names = Object.keys(rounds[0])
  return Object.fromEntries(names.map((name) => [name, median(rounds.map((one) => one[name]))]))
}

async function rounds(of, accounts) {
  const figures = new Map(of.map((shop) => [shop.name, []]))
  for (let index = 0; index < ROUNDS; index++) {
    for (const shop of index % 2 ? [...of].reverse() : of) {
      say(`  round ${index + 1}: ${shop.name}`)
      figures.get(shop.name).push(await round(shop, accounts.get(shop.name)))
    }
  }
  return Object.fromEntries([...figures].map(([name, all]) => [name, together(all)]))
}

/** With the limits as they are by default: what else would stop a flood. */
async function floods() {
  const figures = {}
  for (const shop of shops) {
    await shop.start()
    await browse(shop, SIZE.seconds) // Warms it up.
    const idle = await browse(shop, SIZE.seconds)
    const health = await measureHealthFlood(shop, SIZE.seconds)
    await pause(SETTLE)
    const resets = await measureResetFlood(shop, SIZE.seconds)
    await pause(SETTLE)
    const logins = await measureLoginFlood(shop, SIZE.seconds)
    figures[shop.name] = { idle, health, resets, logins }
    await shop.stop()
  }
  return figures
}

try {
  const accounts = new Map(shops.map(({ name }) => [name, counter()]))
  let hash
  for (const shop of shops) {
    say(`preparing ${shop.name}`)
    await shop.prepare()
    await shop.start(LIMITS)
    hash ??= await hashBy(shop)
    await shop.stop()
    await seedAccounts(shop.query, { from: 0, to: SIZE.accounts, hash })
  }
  say("boot, requests, mails, updates, sessions, sustained load")
  const figures = await rounds(shops, accounts)
  say("floods")
  const attacked = await floods()
  const report = {
    at: new Date().toISOString(),
    machine: {
      cores: cpus().length,
      model: cpus()[0].model,
      memory: totalmem(),
      node: process.version,
    },
    size: { ...SIZE, rounds: ROUNDS, connections: CONNECTIONS },
    figures,
    installed: await installedSize(pluginHome, "medusa-plugin-password-reset"),
    floods: attacked,
  }
  if (flags.scale) {
    say(`${SIZE.scaled} customers, ${SIZE.scaled * 5} old resets`)
    await seedAccounts(plugin.query, { from: SIZE.accounts, to: SIZE.scaled, hash })
    await seedOldResets(plugin.query, { resets: SIZE.scaled * 5, accounts: SIZE.scaled })
    report.growth = await measureGrowth(plugin)
    report.scaled = (await rounds([plugin], accounts)).plugin
  }
  printTable(rowsOf(report))
  await mkdir(results, { recursive: true })
  await writeFile(`${results}/latest.json`, `${JSON.stringify(report, null, 2)}\n`)
  say(`\nall figures: bench/results/latest.json`)
} finally {
  await stopAll()
}
