import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Logger } from "@medusajs/framework/types"
import type { RateLimiterAbstract } from "rate-limiter-flexible"
import { Limiter } from "../limiter"
import { type Limit, StoreUnavailable } from "../shared-store"
import { PostgresStore } from "../stores"
import { SECOND, useFakeTime } from "./test-store"

const pass = useFakeTime()

describe("Postgres as the store", () => {
  const LIMIT: Limit = { limit: 3, window: 60 }
  const lines: string[] = []
  const logger = {
    warn: (line: string) => void lines.push(`warn: ${line}`),
    info: (line: string) => void lines.push(`info: ${line}`),
  } as unknown as Logger

  type Query = { text: string; values: unknown[]; name?: string }
  const queries: Query[] = []
  let points: number
  let answer: (query: Query) => Promise<unknown>
  let acquired: number
  let released: unknown[]
  let acquire: () => Promise<unknown>

  const connection = {
    query: (query: Query) => {
      queries.push(query)
      return answer(query)
    },
  }
  const knex = {
    client: {
      acquireConnection: () => {
        acquired++
        return acquire()
      },
      releaseConnection: async (one: unknown) => void released.push(one),
    },
  } as unknown as Knex

  const row = async () => ({
    rowCount: 1,
    rows: [{ points, expire: String(Date.now() + 60 * SECOND) }],
  })
  const fail = () => Promise.reject(new Error("the database is starting up"))
  const hang = () => new Promise<never>(() => undefined)

  let postgres: PostgresStore
  let limiter: RateLimiterAbstract
  const ask = () => postgres.ask(() => limiter.consume("jane"))

  beforeEach(() => {
    lines.length = 0
    queries.length = 0
    acquired = 0
    released = []
    points = 1
    answer = row
    acquire = async () => connection
    postgres = new PostgresStore(knex, logger)
    limiter = postgres.limiter("test", LIMIT)
  })

  it("counts in one statement on a connection of Medusa's, and gives it back", async () => {
    expect(await ask()).toMatchObject({ consumedPoints: 1, remainingPoints: 2 })

    expect(queries).toHaveLength(1)
    expect(queries[0]!.text).toMatch(/INSERT INTO "password_reset_throttle"[^;]*ON CONFLICT/)
    expect(queries[0]!.values[0]).toBe("test:jane")
    expect(released).toEqual([connection])
    expect(lines).toEqual([])
  })

  it("sends statements without a name, which a pooler would lose", async () => {
    await ask()
    await limiter.get("jane")
    await limiter.reward("jane")
    await limiter.set("jane", 1, 60)
    await limiter.delete("jane")

    expect(queries).toHaveLength(5)
    for (const query of queries) {
      expect(Object.keys(query).sort()).toEqual(["text", "values"])
    }
  })

  it("has answered where it refuses", async () => {
    points = 4
    const limit = new Limiter("test", LIMIT, postgres, 1)

    expect(await limit.consume("jane")).toMatchObject({ allowed: false, retryAfter: 60 })
    expect(await limit.consume("john")).toMatchObject({ allowed: false, retryAfter: 60 })
    expect(released).toHaveLength(4)
    expect(lines).toEqual([])
  })

  it("is away where a query fails, and the connection is given back", async () => {
    answer = fail

    await expect(ask()).rejects.toBeInstanceOf(StoreUnavailable)
    expect(released).toEqual([connection])
    expect(lines).toEqual([
      expect.stringMatching(/^warn: .*can't count in Postgres \(the database is starting up\)/),
    ])
  })

  it("is away where no connection is to be had", async () => {
    acquire = () => Promise.reject(new Error("Timeout acquiring a connection"))

    await expect(ask()).rejects.toBeInstanceOf(StoreUnavailable)
    expect(released).toEqual([])
    expect(lines).toHaveLength(1)
  })

  it.each([
    ["the query", () => (answer = hang)],
    ["the pool", () => (acquire = hang)],
  ])("is away where %s gives no answer within a second", async (_, stall) => {
    stall()
    let ended = false
    const asking = ask().catch((error: Error) => error)
    void asking.then(() => (ended = true))

    await jest.advanceTimersByTimeAsync(999)
    expect(ended).toBe(false)
    await jest.advanceTimersByTimeAsync(1)
    expect(await asking).toBeInstanceOf(StoreUnavailable)
    expect(lines).toEqual([expect.stringContaining("did not answer within 1 s")])
  })

  it("gives a connection back that comes too late", async () => {
    let comes: (one: unknown) => void = () => undefined
    acquire = () => new Promise((resolve) => (comes = resolve))
    const asking = ask().catch((error: Error) => error)
    await jest.advanceTimersByTimeAsync(SECOND)
    expect(await asking).toBeInstanceOf(StoreUnavailable)

    comes(connection)
    await jest.advanceTimersByTimeAsync(1)
    expect(released).toEqual([connection])
  })

  it("is left alone for 5 seconds after it gave no answer", async () => {
    answer = fail
    await expect(ask()).rejects.toBeInstanceOf(StoreUnavailable)
    answer = row

    pass(4999)
    for (let i = 0; i < 10; i++) {
      await expect(ask()).rejects.toBeInstanceOf(StoreUnavailable)
    }
    expect(acquired).toBe(1)
    pass(1)
    await expect(ask()).resolves.toMatchObject({ consumedPoints: 1 })
    expect(acquired).toBe(2)
  })

  it("is missed in one line an outage, and welcomed back in one", async () => {
    answer = fail
    for (let i = 0; i < 20; i++) {
      await Promise.allSettled([ask(), ask(), ask()])
      pass(SECOND)
    }
    expect(lines).toEqual([expect.stringMatching(/^warn: .*each instance counts for itself$/)])

    answer = row
    pass(5 * SECOND)
    await Promise.all([ask(), ask(), ask()])
    await ask()
    expect(lines).toHaveLength(2)
    expect(lines[1]).toMatch(/^info: .*throttles count in Postgres again$/)

    answer = fail
    await expect(ask()).rejects.toBeInstanceOf(StoreUnavailable)
    expect(lines).toHaveLength(3)
  })

  it("is not welcomed back by an answer from before the outage", async () => {
    let late: (answer: unknown) => void = () => undefined
    const slow = postgres.ask(() => new Promise((resolve) => (late = resolve)))
    answer = fail
    await expect(ask()).rejects.toThrow(StoreUnavailable)
    late(undefined)
    await slow

    await expect(ask()).rejects.toThrow(StoreUnavailable)
    expect(lines).toHaveLength(1)
  })

  it("is back where its first answer is a refusal", async () => {
    answer = fail
    await expect(ask()).rejects.toBeInstanceOf(StoreUnavailable)
    answer = row
    points = 4
    pass(5 * SECOND)

    const refused = await new Limiter("test", LIMIT, postgres, 1).consume("jane")
    expect(refused).toMatchObject({ allowed: false })
    expect(lines).toHaveLength(2)
  })

  it("leaves no timer behind for what was answered", async () => {
    const timers = jest.getTimerCount()

    await ask()
    answer = fail
    await expect(ask()).rejects.toBeInstanceOf(StoreUnavailable)
    expect(jest.getTimerCount()).toBe(timers)
  })

  it("is swept every five minutes by one limiter for all, and survives a failure of it", async () => {
    postgres.limiter("other", LIMIT)
    answer = fail
    await jest.advanceTimersByTimeAsync(300 * SECOND)
    answer = row
    await jest.advanceTimersByTimeAsync(300 * SECOND)

    expect(queries.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^DELETE FROM "password_reset_throttle" WHERE expire < \$1/),
      expect.stringMatching(/^DELETE FROM/),
    ])
    expect(queries[0]!.values).toEqual([Date.now() - 300 * SECOND - 3600 * SECOND])
    expect(lines).toEqual([])
  })
})
