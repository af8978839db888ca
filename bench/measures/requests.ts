import { setTimeout as sleep } from "node:timers/promises"
import { Client } from "../../support/client"
import type { LoadResult } from "../load"
import { pace } from "../pace"
import { load, type Sink } from "../processes"
import { addressOf } from "../seed"
import type { TimedMail } from "../sink"
import type { Shop } from "../stores"
import { type Cost, costOf } from "./cost"

const PATH = "/auth/customer/emailpass/reset-password"

/** How long a shop gets to end what it has under way. */
export const SETTLE_MS = 3_000
/** How many have asked and have no mail yet, in the sustained load. */
const UNDER_WAY = 100
const LAST_MAILS_TIMEOUT_MS = 60_000

/** Numbers of accounts that nobody has used yet: who was mailed just now is not mailed again. */
export type Accounts = { next: () => number }

export type Context = { shop: Shop; sink: Sink; accounts: Accounts; connections: number }

/** Times are in milliseconds; the cost is that of one request. */
export type RequestFigures = {
  accepted: number
  delivered: number
  unknown: number
  tokens: string[]
  cost: { known: Cost; unknown: Cost }
}

/**
 * As many different accounts ask once each: until all are answered, and until the mail server has
 * taken all mails. Then as many addresses that nobody has.
 */
export async function measureRequests(context: Context, count: number): Promise<RequestFigures> {
  const { shop, sink, accounts } = context
  const addresses = Array.from({ length: count }, () => addressOf(accounts.next()))
  const strangers = addresses.map((address) => `nobody-${address}`)
  await sink.forget()
  const known = await costOf(shop, async () => {
    const { from, to } = await askAll(context, addresses)
    const mails = await mailsOf(addresses, sink)
    await sleep(SETTLE_MS) // What became of the last mails is written down after they are gone.
    return { from, to, mails }
  })
  const unknown = await costOf(shop, async () => {
    const { from, to } = await askAll(context, strangers)
    await sleep(SETTLE_MS) // They are looked up only after they have been answered.
    return { from, to }
  })
  const { from, to, mails } = known.result
  return {
    accepted: to - from,
    delivered: Math.max(...mails.map(({ at }) => at)) - from,
    unknown: unknown.result.to - unknown.result.from,
    tokens: mails.flatMap(({ token }) => token ?? []),
    cost: { known: ofOne(known.cost, count), unknown: ofOne(unknown.cost, count) },
  }
}

async function askAll({ shop, connections }: Context, identifiers: string[]): Promise<LoadResult> {
  const { length: amount } = identifiers
  const bodies = bodiesOf(identifiers)
  const job = { url: shop.url, path: PATH, method: "POST", bodies, connections, amount } as const
  const answers = await load(job)
  if (answers.statuses[201] !== amount || answers.errors) {
    const statuses = JSON.stringify(answers.statuses)
    throw new Error(`${shop.name}: answers: ${statuses}, errors: ${answers.errors}`)
  }
  return answers
}

function ofOne({ server, database, wal }: Cost, count: number): Cost {
  return { server: server / count, database: database / count, wal: wal / count }
}

function bodiesOf(identifiers: string[]): { identifier: string }[] {
  return identifiers.map((identifier) => ({ identifier }))
}

/** So many a second, evenly: how long from a request to its mail, in milliseconds each. */
export async function measureLatency(
  { shop, sink, accounts }: Context,
  { rate, seconds }: { rate: number; seconds: number },
): Promise<number[]> {
  const addresses = Array.from({ length: rate * seconds }, () => addressOf(accounts.next()))
  await sink.forget()
  const { sent, statuses } = await pace({
    url: `${shop.url}${PATH}`,
    method: "POST",
    bodies: bodiesOf(addresses),
    rate,
    seconds,
  })
  if (statuses.some((status) => status !== 201)) {
    throw new Error(`${shop.name}: answers to requests: ${[...new Set(statuses)].join(", ")}`)
  }
  const mails = await mailsOf(addresses, sink)
  const sentAt = new Map(addresses.map((address, index) => [address, sent[index]]))
  return mails.map(({ to, at }) => at - (sentAt.get(to) ?? NaN))
}

/**
 * From request to mail, again and again: whenever a mail has come, somebody else asks. How many mails a
 * second the mail server gets.
 */
export async function measureSustained(
  { shop, sink, accounts, connections }: Context,
  seconds: number,
): Promise<number> {
  await sink.forget()
  const client = new Client(shop.url)
  const end = performance.now() + seconds * 1_000
  const isOn = () => performance.now() < end
  let asked = 0
  let taken = 0
  const watch = async () => {
    while (isOn()) {
      taken = await sink.count()
      await sleep(10)
    }
  }
  const ask = async () => {
    while (isOn()) {
      if (asked - taken >= UNDER_WAY) {
        await sleep(5)
        continue
      }
      asked++
      await client.ask(addressOf(accounts.next()))
    }
  }
  await Promise.all([watch(), ...Array.from({ length: connections }, ask)])
  await sink.mails(asked, LAST_MAILS_TIMEOUT_MS) // They shall not fall into the next measure.
  return taken / seconds
}

/** The mails to all of these, and no others: who loses some shall not look faster. */
async function mailsOf(addresses: string[], sink: Sink): Promise<TimedMail[]> {
  const mails = await sink.mails(addresses.length)
  const missing = new Set(addresses)
  for (const { to } of mails) {
    missing.delete(to)
  }
  if (missing.size || mails.length !== addresses.length) {
    throw new Error(`${mails.length} mails for ${addresses.length}, ${missing.size} got none`)
  }
  return mails
}
