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
  const mails = await sink.mails(count)
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
    mails: mails.length,
    unknown: unknown.to - unknown.from,
    tokens: mails.map(({ token }) => token).filter(Boolean),
  }
}

/** So many a second, evenly: how long from a request to its mail. */
export async function measureLatency({ shop, sink, accounts, rate, seconds }) {
  const addresses = Array.from({ length: rate * (seconds + 2) }, () => addressOf(accounts.next()))
  await sink.forget()
  const { sent, statuses } = await load({
    url: shop.url,
    path: PATH,
    method: "POST",
    bodies: bodiesOf(addresses),
    connections: 4,
    seconds,
    rate,
  })
  const accepted = statuses[201] ?? 0
  const mails = await sink.mails(accepted, 20_000)
  const sentAt = new Map(addresses.map((address, index) => [address, sent[index]]))
  return { times: mails.map(({ to, at }) => at - sentAt.get(to)), accepted, mails: mails.length }
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

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

function expectStatus({ statuses, errors }, status, count) {
  if (statuses[status] !== count || errors) {
    throw new Error(`answers: ${JSON.stringify(statuses)}, errors: ${errors}`)
  }
}
