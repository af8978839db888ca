import { readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"

/** How long a process that was left behind may take to end, at each signal. */
const END_TIMEOUT_MS = 3_000
const POLL_MS = 100

/** The names of all folders begin so; the id of the process that they belong to follows. */
export const FOLDER_PREFIX = "medusa-plugin-password-reset-pg-"

/** Removes the folders of processes that are gone, and stops a Postgres that still runs in one. */
export async function removeLeftovers(): Promise<void> {
  const folders = (await readdir(tmpdir())).filter((name) => name.startsWith(FOLDER_PREFIX))
  for (const name of folders) {
    const owner = Number(name.slice(FOLDER_PREFIX.length).split("-")[0])
    if (!isRunning(owner)) {
      await removeLeftover(name).catch(() => undefined) // Another user's is theirs to remove.
    }
  }
}

async function removeLeftover(name: string): Promise<void> {
  const folder = join(tmpdir(), name)
  const pidFile = await readFile(join(folder, "postmaster.pid"), "utf8").catch(() => "")
  const [pid, dataFolder] = pidFile.split("\n")
  if (pid && dataFolder && basename(dataFolder) === name) {
    await endProcess(Number(pid))
  }
  await rm(folder, { recursive: true, force: true })
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
