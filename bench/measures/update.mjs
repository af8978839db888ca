import { randomBytes, scrypt } from "node:crypto"
import { promisify } from "node:util"
import { load } from "../processes.mjs"
import { median } from "../figures.mjs"

const hash = promisify(scrypt)

/** One after the other, each with a link of its own: how long a new password takes. */
export async function measureUpdate({ shop, tokens }) {
  const { p50, statuses } = await load({
    url: shop.url,
    path: "/auth/customer/emailpass/update",
    method: "POST",
    bearers: tokens.map((token) => ({ authorization: `Bearer ${token}` })),
    body: { password: "correct horse battery staple" },
    connections: 1,
    amount: tokens.length,
  })
  if (statuses[200] !== tokens.length) {
    throw new Error(`${shop.name}: answers to updates: ${JSON.stringify(statuses)}`)
  }
  return p50
}

/** What the hash of a password costs by itself, with Medusa's parameters, in milliseconds. */
export async function measureHash(times = 30) {
  const taken = []
  for (let time = 0; time < times; time++) {
    const began = performance.now()
    await hash(randomBytes(16), randomBytes(32), 64, {
      N: 2 ** 15,
      r: 8,
      p: 1,
      maxmem: 64 * 1024 * 1024,
    })
    taken.push(performance.now() - began)
  }
  return median(taken)
}
