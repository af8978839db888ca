import { randomUUID } from "node:crypto"
import { knex as connect } from "@medusajs/framework/mikro-orm/knex"

/** Copies the template that `template.ts` made. The caller drops the copy. */
export async function createStoreDatabase(): Promise<{ name: string; url: string }> {
  const name = `store-${randomUUID()}`
  const url = new URL(process.env.DATABASE_URL!)
  const server = connect({ client: "pg", connection: url.href })
  try {
    await server.raw(`CREATE DATABASE "${name}" TEMPLATE "${process.env.TEMPLATE_DATABASE}"`)
  } finally {
    await server.destroy()
  }
  url.pathname = name
  return { name, url: url.href }
}

/** Opens a connection for the tests, apart from the store's own. */
export function connectTo(url: string) {
  return connect({ client: "pg", connection: url, pool: { min: 1, max: 1 } })
}
