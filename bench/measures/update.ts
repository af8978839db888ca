import { randomBytes, scrypt } from "node:crypto"
import { Client } from "../../support/client"
import { median } from "../figures"
import type { Shop } from "../stores"

/**
 * One after the other, each with a link of its own: how long a new password takes beyond what its hash
 * costs by itself, as measured just before it; the median, in milliseconds.
 */
export async function measureUpdate(shop: Shop, tokens: string[]): Promise<number> {
  const beyond: number[] = []
  for (const token of tokens) {
    const hashing = await timeOf(hashPassword)
    beyond.push((await timeOf(() => update(shop, token))) - hashing)
  }
  return median(beyond)
}

async function update({ name, url }: Shop, token: string): Promise<void> {
  const { status, text } = await new Client(url).update(token, "correct horse battery staple")
  if (status !== 200) {
    throw new Error(`${name}: an update was answered ${status}: ${text}`)
  }
}

/** With Medusa's parameters. */
async function hashPassword(): Promise<void> {
  const options = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
  await new Promise<void>((resolve, reject) => {
    scrypt(randomBytes(16), randomBytes(32), 64, options, (error) =>
      error ? reject(error) : resolve(),
    )
  })
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}
