import { mkdir, writeFile } from "node:fs/promises"
import { cpus, totalmem } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { runMain } from "../support/main"
import { PLUGIN } from "../support/paths"
import { startPostgres } from "../support/postgres"
import { stopOnSignal } from "../support/shutdown"
import { median, type Report, type RoundFigures } from "./figures"
import { measureGrowth } from "./measures/cost"
import { measureFloods } from "./measures/floods"
import { installedSize } from "./measures/footprint"
import type { Accounts, Context } from "./measures/requests"
import { startSink } from "./processes"
import { printTable, rowsOf } from "./report"
import { LIMITS, measureRound } from "./round"
import { hashBy, seedAccounts, seedOldResets } from "./seed"
import { installStores, Shop } from "./stores"

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
const RESULTS = join(__dirname, "results")

/**
 * `npm run bench`: Medusa's core with the subscriber of Medusa's guide, and the same Medusa with the
 * packed plugin, side by side: one Postgres, one mail server, alternating rounds, medians. The load and
 * the mail server are processes of their own. Figures are for reading; nothing here passes or fails.
 *
 * `--rounds N` (3), `--quick` for a look whether it runs, `--no-scale` without a million customers.
 */
runMain(async () => {
  const postgres = await startPostgres({ isDurable: true })
  const sink = await startSink()
  const homes = await installStores()
  const contextOf = (name: "core" | "plugin"): Context => ({
    shop: new Shop(name, { home: homes[name], postgres, sink }),
    sink,
    accounts: unusedAccounts(),
    connections: CONNECTIONS,
  })
  const shops = { core: contextOf("core"), plugin: contextOf("plugin") }
  const stop = async () => {
    await Promise.all(Object.values(shops).map(({ shop }) => shop.stop()))
    await sink.stop()
    await postgres.stop()
  }
  stopOnSignal(stop)
  try {
    const report = await measure(shops)
    printTable(rowsOf(report))
    await writeReport(report)
  } finally {
    await stop()
  }
})

async function measure({ core, plugin }: Record<"core" | "plugin", Context>): Promise<Report> {
  const hash = await prepare(core.shop)
  await prepare(plugin.shop, hash)
  console.log("boot, requests, mails, updates, sessions, sustained load")
  const [coreRounds, pluginRounds] = await measureRounds([core, plugin])
  console.log("floods")
  const report: Report = {
    figures: { core: together(coreRounds), plugin: together(pluginRounds) },
    floods: {
      core: await measureFloods(core.shop, SIZE.seconds),
      plugin: await measureFloods(plugin.shop, SIZE.seconds),
    },
    installed: await installedSize(plugin.shop.home, PLUGIN),
  }
  if (flags.scale) {
    const { query } = plugin.shop
    console.log(`${SIZE.scaled} customers, ${SIZE.scaled * 5} old resets`)
    await seedAccounts(query, { from: SIZE.accounts, to: SIZE.scaled, hash })
    await seedOldResets(query, { resets: SIZE.scaled * 5, accounts: SIZE.scaled })
    report.growth = await measureGrowth(plugin.shop)
    const [rounds] = await measureRounds([plugin])
    report.scaled = together(rounds)
  }
  return report
}

/** Fills a shop with accounts. Resolves to the hash of their password: `hash`, or one that it makes. */
async function prepare(shop: Shop, hash?: string): Promise<string> {
  console.log(`preparing ${shop.name}`)
  await shop.prepare()
  await shop.start(LIMITS)
  const made = hash ?? (await hashBy(shop))
  await shop.stop()
  await seedAccounts(shop.query, { from: 0, to: SIZE.accounts, hash: made })
  return made
}

/** Numbers of accounts that nobody has used yet: the first few have parts of their own. */
function unusedAccounts(): Accounts {
  let number = 10
  return { next: () => number++ }
}

/** Alternating rounds of these shops. Resolves to the rounds of each. */
async function measureRounds(contexts: Context[]): Promise<RoundFigures[][]> {
  const figures = contexts.map((): RoundFigures[] => [])
  for (let round = 0; round < ROUNDS; round++) {
    const order = [...contexts.entries()]
    for (const [index, context] of round % 2 ? order.reverse() : order) {
      console.log(`  round ${round + 1}: ${context.shop.name}`)
      figures[index]?.push(await measureRound(context, SIZE))
    }
  }
  return figures
}

/** The median of each measure over the rounds. */
function together(rounds: RoundFigures[] = []): RoundFigures {
  const [first] = rounds
  if (!first) {
    throw new Error("There must be at least one round")
  }
  const names = Object.keys(first) as (keyof RoundFigures)[]
  const medians = names.map((name) => [name, median(rounds.map((round) => round[name]))])
  return Object.fromEntries(medians) as RoundFigures
}

async function writeReport(report: Report): Promise<void> {
  const [cpu] = cpus()
  const about = {
    at: new Date().toISOString(),
    machine: {
      cores: cpus().length,
      model: cpu?.model,
      memory: totalmem(),
      node: process.version,
    },
    size: { ...SIZE, rounds: ROUNDS, connections: CONNECTIONS },
  }
  await mkdir(RESULTS, { recursive: true })
  const text = JSON.stringify({ ...about, ...report }, null, 2)
  await writeFile(join(RESULTS, "latest.json"), `${text}\n`)
  console.log(`\nall figures: bench/results/latest.json`)
}
