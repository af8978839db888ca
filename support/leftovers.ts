import { readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { ownerOf } from "./temporary-folder"

/** How long a process that was left behind may take to end, at each signal. */
const END_TIMEOUT_MS = 3_000
const POLL_MS = 100

/**
 * Removes the temporary folders of processes that were killed, and stops a Postgres that still runs in
 * one.
 */
export async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = ownerOf(name)
    if (owner !== undefined && !isRunning(owner)) {
      await removeLeftover(name).catch(() => undefined) // Another user's is theirs to remove.
    }
  }
}

async function removeLeftover(name: string): Promise<void> {
  const folder = join(tmpdir(), name)
  const dataFolder = dataFolderIn(folder)
  const pidFile = await readFile(join(dataFolder, "postmaster.pid"), "utf8").catch(() => "")
  const [pid, runsIn] = pidFile.split("\n")
  if (pid && runsIn === dataFolder) {
    await endProcess(Number(pid))
  }
  await rm(folder, { recursive: true, force: true })
}

/** Where Postgres keeps its data in its temporary folder. */
export function dataFolderIn(folder: string): string {
  return join(folder, "data")
}

async function endProcess(pid: number): Promise<void> {
  for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"]) {
    if (!isRunning(pid)) {
      return
    }
    process.kill(pid, signal)
    for (let waited = 0; waited < END_TIMEOUT_MS && isRunning(pid); waited += POLL_MS) {
      await sleep(POLL_MS)
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"
  }
}
