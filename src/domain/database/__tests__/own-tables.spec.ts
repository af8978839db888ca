import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { OwnTables } from "../own-tables"

describe("looking for the plugin's tables", () => {
  let now = 0
  let is_there = false
  const raw = jest.fn(async () => ({ rows: [{ is_there }] }))
  let tables: OwnTables

  beforeEach(() => {
    jest.spyOn(Date, "now").mockImplementation(() => now)
    now = 0
    is_there = false
    raw.mockClear()
    tables = new OwnTables({ raw } as unknown as Knex)
  })
  afterEach(() => jest.restoreAllMocks())

  it("lets all who come at once wait for one answer", async () => {
    is_there = true
    const answers = await Promise.all(Array.from({ length: 50 }, () => tables.areMissing()))

    expect(new Set(answers)).toEqual(new Set([false]))
    expect(raw).toHaveBeenCalledTimes(1)
  })

  it("asks once a second until they are there, and never again", async () => {
    expect([await tables.areMissing(), await tables.areMissing()]).toEqual([true, true])
    expect(raw).toHaveBeenCalledTimes(1)
    is_there = true
    now = 1001
    expect(await tables.areMissing()).toBe(false)
    now = 1e9
    expect(await tables.areMissing()).toBe(false)
    expect(raw).toHaveBeenCalledTimes(2)
  })
})
