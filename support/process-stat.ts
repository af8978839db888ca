import { readFileSync } from "node:fs"

/** Linux counts processor time in these, whatever its clock is. */
const TICKS_PER_SECOND = 100

export type ProcessStat = {
  /** The id of the process that started it. */
  parent: number
  /** "Z" for a zombie, which only waits for its parent to ask how it ended. */
  state: string
  /** When it started, by the machine's clock. Its id alone may belong to another process later. */
  startedAt: string
  /** Processor time that it has used, in milliseconds. */
  usedMs: number
  /** The same of its children that have ended. */
  usedByEndedChildrenMs: number
}

/** Reads what Linux's /proc says of a process. Returns undefined when there is none (any more). */
export function readStat(pid: number): ProcessStat | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8")
  } catch {
    return undefined
  }
  // See proc(5). The process's name, in brackets, may have anything in it; these follow after it.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ")
  const timeAt = (index: number) => (Number(fields[index]) * 1_000) / TICKS_PER_SECOND
  return {
    state: fields[0] ?? "",
    parent: Number(fields[1]),
    usedMs: timeAt(11) + timeAt(12),
    usedByEndedChildrenMs: timeAt(13) + timeAt(14),
    startedAt: fields[19] ?? "",
  }
}
