import { Redis as Connection } from "ioredis"
import { expect } from "../../support/checks"

type Reader = (connection: Connection, key: string) => Promise<unknown>

const READERS: Record<string, Reader> = {
  string: (connection, key) => connection.get(key),
  hash: (connection, key) => connection.hgetall(key),
  list: (connection, key) => connection.lrange(key, 0, -1),
  set: (connection, key) => connection.smembers(key),
  zset: (connection, key) => connection.zrange(key, 0, -1),
  stream: (connection, key) => connection.xrange(key, "-", "+"),
}

/** Searches every value that Redis has, of whatever type. Resolves to those of `needles` that it has. */
export async function findInRedis(url: string, needles: string[]): Promise<string[]> {
  const connection = new Connection(url)
  try {
    let dump = ""
    for (const key of await connection.keys("*")) {
      const read = READERS[await connection.type(key)]
      dump += `${key} ${JSON.stringify((await read?.(connection, key)) ?? "")}\n`
    }
    expect(dump.length > 100, "Redis is empty")
    return needles.filter((needle) => dump.includes(needle))
  } finally {
    connection.disconnect()
  }
}
