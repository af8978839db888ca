import { readdirSync, readFileSync } from "node:fs"
import { type ProcessStat, readStat } from "../../support/process-stat"

export type Process = { pid: number; startedAt: string; command: string }

/**
 * Finds a process and all that it has started.
 *
 * @param root id of the first
 */
export function processTree(root: number): Process[] {
  const stats = new Map<number, ProcessStat>()
  for (const pid of readdirSync("/proc").map(Number).filter(Number.isInteger)) {
    const stat = readStat(pid)
    if (stat) {
      stats.set(pid, stat)
    }
  }
  const pids = [root]
  for (const pid of pids) {
    pids.push(...[...stats].flatMap(([child, { parent }]) => (parent === pid ? [child] : [])))
  }
  return pids.flatMap((pid) => {
    const stat = stats.get(pid)
    return stat ? { pid, startedAt: stat.startedAt, command: commandOf(pid) } : []
  })
}

/** Whether a process still runs. */
export function isRunning({ pid, startedAt }: Process): boolean {
  const stat = readStat(pid)
  return stat?.startedAt === startedAt && stat.state !== "Z"
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").slice(0, 100).trim()
  } catch {
    return "a process that has ended"
  }
}
