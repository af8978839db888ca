import { randomBytes, scrypt } from "node:crypto"
import { promisify } from "node:util"
import { median } from "../figures.mjs"

const hash = promisify(scrypt)

/**
 * One after the other, each with a link of its own: how long a new password takes beyond what its hash
 * costs by itself, as measured just before it; the median, in milliseconds.
 */
export async function measureUpdate({ shop, tokens }) {
  const beyond = []
  for (const token of tokens) {
    const hashing = await timeOf(hashPassword)
    beyond.push((await timeOf(() => update(shop, token))) - hashing)
  }
  return median(beyond)
}

async function update(shop, token) {
  const response = await fetch(`${shop.url}/auth/customer/emailpass/update`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ password: "correct horse battery staple" }),
  })
  const answer = await response.text()
  if (response.status !== 200) {
    throw new Error(`${shop.name}: an update was answered ${response.status}: ${answer}`)
  }
}

/** With Medusa's parameters. */
async function hashPassword() {
  const options = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
  await hash(randomBytes(16), randomBytes(32), 64, options)
}

async function timeOf(work) {
  const began = performance.now()
  await work()
  return performance.now() - began
}
