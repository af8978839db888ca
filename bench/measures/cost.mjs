import { readdir, readFile } from "node:fs/promises"

/** Linux counts processor time in these, whatever its clock is. */
const TICKS_PER_SECOND = 100

/**
 * What work costs, whoever waits for it: processor time of the shop's server and of the database, in
 * milliseconds, and what the database writes to its log, in bytes.
 *
 * @template Result
 * @param {() => Promise<Result>} work
 * @returns {Promise<{ result: Result, cost: { server: number, database: number, wal: number } }>}
 */
export async function costOf(shop, work) {
  await shop.query("CHECKPOINT") // The first change of a page after one is logged with all of the page.
  const before = await spent(shop)
  const result = await work()
  const after = await spent(shop)
  const cost = Object.fromEntries(Object.keys(before).map((key) => [key, after[key] - before[key]]))
  return { result, cost }
}

async function spent(shop) {
  const [{ wal }] = await shop.query("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS wal")
  const [{ postmaster }] = await shop.query(
    "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS postmaster",
  )
  return {
    server: (await statOf(shop.pid)).used,
    database: await usedByChildren(Number(postmaster)),
    wal: Number(wal),
  }
}

/** Of all connections; those that have ended are counted with their parent. */
async function usedByChildren(parent) {
  const { ended } = await statOf(parent) // First: none shall be counted here and there.
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name))
  const stats = await Promise.all(pids.map((pid) => statOf(pid).catch(() => undefined)))
  const children = stats.filter((stat) => stat?.parent === parent)
  return children.reduce((sum, { used }) => sum + used, ended)
}

/** See proc(5): the process's name, in brackets, may have anything in it. */
async function statOf(pid) {
  const text = await readFile(`/proc/${pid}/stat`, "utf8")
  const [, parent, ...rest] = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number)
  const [user, system, endedUser, endedSystem] = rest.slice(9)
  const milliseconds = (ticks) => (ticks * 1000) / TICKS_PER_SECOND
  return {
    parent,
    used: milliseconds(user + system),
    ended: milliseconds(endedUser + endedSystem),
  }
}

/** What the plugin's tables and indexes take on disk, in bytes: for each account, and for each reset. */
export async function measureGrowth({ query }) {
  const [sizes] = await query(
    `SELECT (SELECT sum(pg_relation_size(indexrelid)) FROM pg_stat_user_indexes
              WHERE relname = 'provider_identity' AND indexrelname LIKE 'IDX_password_reset_%')
            / (SELECT count(*) FROM provider_identity) AS account,
            pg_total_relation_size('password_reset') / (SELECT count(*) FROM password_reset) AS reset`,
  )
  return { account: Number(sizes.account), reset: Number(sizes.reset) }
}
