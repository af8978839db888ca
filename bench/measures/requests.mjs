import { pace, pause } from "../pace.mjs"
import { load } from "../processes.mjs"
import { addressOf } from "../seed.mjs"

const PATH = "/auth/customer/emailpass/reset-password"

const bodiesOf = (addresses) => addresses.map((identifier) => ({ identifier }))

/**
 * As many different accounts ask once each: until all are answered, and until the mail server has
 * taken all mails. Then as many addresses that nobody has.
 */
export async function measureRequests({ shop, sink, accounts, count, connections }) {
  const addresses = Array.from({ length: count }, () => addressOf(accounts.next()))
  await sink.forget()
  const known = await load({
    url: shop.url,
    path: PATH,
    method: "POST",
    bodies: bodiesOf(addresses),
    connections,
    amount: count,
  })
  expectStatus(known, 201, count)
  const mails = await allOf(addresses, sink)
  const lastMail = Math.max(...mails.map(({ at }) => at))
  const strangers = addresses.map((address) => `nobody-${address}`)
  const unknown = await load({
    url: shop.url,
    path: PATH,
    method: "POST",
    bodies: bodiesOf(strangers),
    connections,
    amount: count,
  })
  expectStatus(unknown, 201, count)
  return {
    accepted: known.to - known.from,
    delivered: lastMail - known.from,
    unknown: unknown.to - unknown.from,
    tokens: mails.map(({ token }) => token).filter(Boolean),
  }
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
