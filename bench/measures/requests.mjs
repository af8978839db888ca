import { pace, pause } from "../pace.mjs"
import { load } from "../processes.mjs"
import { addressOf } from "../seed.mjs"
import { costOf } from "./cost.mjs"

const PATH = "/auth/customer/emailpass/reset-password"

/** How long a shop gets to end what it has under way, in milliseconds. */
export const SETTLE = 3000

const bodiesOf = (addresses) => addresses.map((identifier) => ({ identifier }))

/**
 * As many different accounts ask once each: until all are answered, and until the mail server has
 * taken all mails. Then as many addresses that nobody has.
 */
export async function measureRequests({ shop, sink, accounts, count, connections }) {
  const addresses = Array.from({ length: count }, () => addressOf(accounts.next()))
  const strangers = addresses.map((address) => `nobody-${address}`)
  const ask = async (identifiers) => {
    const bodies = bodiesOf(identifiers)
    const job = { url: shop.url, path: PATH, method: "POST", bodies, connections, amount: count }
    const answers = await load(job)
    expectStatus(answers, 201, count)
    return answers
  }
  await sink.forget()
  const known = await costOf(shop, async () => {
    const { from, to } = await ask(addresses)
    const mails = await allOf(addresses, sink)
    await pause(SETTLE) // What became of the last mails is written down after they are gone.
    return { from, to, mails }
  })
  const unknown = await costOf(shop, async () => {
    const { from, to } = await ask(strangers)
    await pause(SETTLE) // They are looked up only after they have been answered.
    return { from, to }
  })
  const { from, to, mails } = known.result
  return {
    accepted: to - from,
    delivered: Math.max(...mails.map(({ at }) => at)) - from,
    unknown: unknown.result.to - unknown.result.from,
    tokens: mails.map(({ token }) => token).filter(Boolean),
    cost: { known: eachOf(known.cost, count), unknown: eachOf(unknown.cost, count) },
  }
}

function eachOf(cost, count) {
  return Object.fromEntries(Object.entries(cost).map(([key, value]) => [key, value / count]))
}

/** So many a second, evenly: how long from a request to its mail, in milliseconds each. */
export async function measureLatency({ shop, sink, accounts, rate, seconds }) {
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
    throw new Error(`${shop.name}: answers to requests: ${[...new Set(statuses)]}`)
  }
  const mails = await allOf(addresses, sink)
  const sentAt = new Map(addresses.map((address, index) => [address, sent[index]]))
  return mails.map(({ to, at }) => at - sentAt.get(to))
}

/** How many have asked and have no mail yet, in the sustained load. */
const UNDER_WAY = 100

/**
 * From request to mail, again and again: whenever a mail has come, somebody else asks. How many mails a
 * second the mail server gets.
 */
export async function measureSustained({ shop, sink, accounts, connections, seconds }) {
  await sink.forget()
  const end = performance.now() + seconds * 1000
  const isOn = () => performance.now() < end
  let asked = 0
  let taken = 0
  const watch = async () => {
    while (isOn()) {
      taken = await sink.count()
      await pause(10)
    }
  }
  const ask = async () => {
    while (isOn()) {
      if (asked - taken >= UNDER_WAY) {
        await pause(5)
        continue
      }
      asked++
      const [body] = bodiesOf([addressOf(accounts.next())]).map((one) => JSON.stringify(one))
      const headers = { "content-type": "application/json" }
      const answer = await fetch(`${shop.url}${PATH}`, { method: "POST", headers, body })
      await answer.text()
    }
  }
  await Promise.all([watch(), ...Array.from({ length: connections }, ask)])
  await sink.mails(asked, 60_000) // What is still under way shall not fall into the next measure.
  return taken / seconds
}

/** The mails to all of these, and no others: who loses some shall not look faster. */
async function allOf(addresses, sink) {
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

function expectStatus({ statuses, errors }, status, count) {
  if (statuses[status] !== count || errors) {
    throw new Error(`answers: ${JSON.stringify(statuses)}, errors: ${errors}`)
  }
}
