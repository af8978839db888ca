import { readdir, readFile } from "node:fs/promises"
import type { Growth } from "../figures"
import type { Query } from "../stores"

/** Linux counts processor time in these, whatever its clock is. */
const TICKS_PER_SECOND = 100

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
    server: (await statOf(pid)).used,
    database: await usedByChildren(Number(row?.postmaster)),
    wal: Number(row?.wal),
  }
}

/** Of all connections. Those that have ended are counted with their parent. */
async function usedByChildren(parent: number): Promise<number> {
  const { ended } = await statOf(parent) // First: none shall be counted here and there.
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number)
  const stats = await Promise.all(pids.map((pid) => statOf(pid).catch(() => undefined)))
  return stats.reduce((sum, stat) => sum + (stat?.parent === parent ? stat.used : 0), ended)
}

type Stat = { parent: number; used: number; ended: number }

/** See proc(5): the process's name, in brackets, may have anything in it. */
async function statOf(pid: number): Promise<Stat> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8")
  const [, parent = NaN, ...rest] = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number)
  const [user = NaN, system = NaN, endedUser = NaN, endedSystem = NaN] = rest.slice(9)
  const milliseconds = (ticks: number) => (ticks * 1_000) / TICKS_PER_SECOND
  return {
    parent,
    used: milliseconds(user + system),
    ended: milliseconds(endedUser + endedSystem),
  }
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
