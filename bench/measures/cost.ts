import { readdir } from "node:fs/promises"
import { readStat } from "../../support/process-stat"
import type { Growth } from "../figures"
import type { Query } from "../stores"

/** Processor time of the shop's server and of the database, in milliseconds, and the database's log, in bytes. */
export type Cost = { server: number; database: number; wal: number }

type Spender = { pid: number; query: Query }

/** Measures what work costs, whoever waits for it. */
export async function costOf<Result>(
  shop: Spender,
  work: () => Promise<Result>,
): Promise<{ result: Result; cost: Cost }> {
  await shop.query("CHECKPOINT") // The first change of a page after one is logged with all of the page.
  const before = await spent(shop)
  const result = await work()
  const after = await spent(shop)
  return {
    result,
    cost: {
      server: after.server - before.server,
      database: after.database - before.database,
      wal: after.wal - before.wal,
    },
  }
}

async function spent({ pid, query }: Spender): Promise<Cost> {
  const [row] = await query(
    `SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS wal,
            split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS postmaster`,
  )
  return {
    server: readStat(pid)?.usedMs ?? NaN,
    database: await usedByChildren(Number(row?.postmaster)),
    wal: Number(row?.wal),
  }
}

/** Of all connections. Those that have ended are counted with their parent. */
async function usedByChildren(parent: number): Promise<number> {
  const ended = readStat(parent)?.usedByEndedChildrenMs ?? NaN // First: none shall be counted twice.
  const stats = (await readdir("/proc")).map((name) => readStat(Number(name)))
  return stats.reduce((sum, stat) => sum + (stat?.parent === parent ? stat.usedMs : 0), ended)
}

/** Measures what the plugin's tables and indexes take on disk. */
export async function measureGrowth({ query }: { query: Query }): Promise<Growth> {
  const [sizes] = await query(
    `SELECT (SELECT sum(pg_relation_size(indexrelid)) FROM pg_stat_user_indexes
              WHERE relname = 'provider_identity' AND indexrelname LIKE 'IDX_password_reset_%')
            / (SELECT count(*) FROM provider_identity) AS account,
            pg_total_relation_size('password_reset') / (SELECT count(*) FROM password_reset) AS reset`,
  )
  return { account: Number(sizes?.account), reset: Number(sizes?.reset) }
}
