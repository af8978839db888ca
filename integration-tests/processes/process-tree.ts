import { readdirSync, readFileSync } from "node:fs"

/** A process: its id alone may belong to another one later. */
export type ProcessId = { pid: number; startedAt: string; command: string }

type Stat = { parent: number; state: string; startedAt: string }

/**
 * Finds a process and all that it has started, by Linux's /proc.
 *
 * @param root id of the first
 */
export function processTree(root: number): ProcessId[] {
  const childrenOf = new Map<number, number[]>()
  const stats = new Map<number, Stat>()
  for (const pid of readdirSync("/proc").map(Number).filter(Number.isInteger)) {
    const stat = statOf(pid)
    if (stat) {
      stats.set(pid, stat)
      childrenOf.set(stat.parent, [...(childrenOf.get(stat.parent) ?? []), pid])
    }
  }
  const found: ProcessId[] = []
  const open = [root]
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    const stat = stats.get(pid)
    if (stat) {
      found.push({ pid, startedAt: stat.startedAt, command: commandOf(pid) })
      open.push(...(childrenOf.get(pid) ?? []))
    }
  }
  return found
}

/** Whether a process still runs. A zombie does not: it only waits for its parent to ask how it ended. */
export function isRunning({ pid, startedAt }: ProcessId): boolean {
  const stat = statOf(pid)
  return stat?.startedAt === startedAt && stat.state !== "Z"
}

/** See proc(5): the process's name, in brackets, may have anything in it. */
function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8")
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ")
    const [state = "", parent = ""] = fields
    return { state, parent: Number(parent), startedAt: fields[19] ?? "" }
  } catch {
    return undefined // It has ended meanwhile.
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").slice(0, 100).trim()
  } catch {
    return "?"
  }
}
