import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Logger } from "@medusajs/framework/types"
import { type KnownAccount, KnownClients } from "../known-clients"

/** Two accounts of two people, whose addresses fold to one. */
const account = (spelling: string): KnownAccount => ({
  address: "folded",
  spelling,
  find: async () => `account of ${spelling}`,
})

describe("a client that has signed in to one of two accounts whose addresses fold to one", () => {
  const rows = new Set<string>()
  const raw = jest.fn(async (statement: string, values: string[]) => {
    if (/INSERT/.test(statement)) {
      rows.add(values.slice(-2).join())
      return { rows: [{}] }
    }
    return { rows: rows.has(values.join()) ? [{}] : [] }
  })
  const clients = new KnownClients({ raw } as unknown as Knex, {} as Logger)

  it("is known on that one, and not on the other, from memory as well", async () => {
    await clients.remember(account("Jane@"), "home")

    expect(await clients.isKnown(account("Jane@"), "home")).toBe(true)
    expect(await clients.isKnown(account("jane@"), "home")).toBe(false)
  })

  it("is remembered on the other, too, once it signs in there", async () => {
    await clients.remember(account("jane@"), "home")

    expect([...rows]).toEqual(["account of Jane@,home", "account of jane@,home"])
  })
})
