import { rmSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { cleanUpOnExit } from "./shutdown"

/** A process that is just being killed may still write: removing a folder is then tried again. */
const REMOVAL = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }

export type TemporaryFolder = { path: string; remove: () => Promise<void> }

/** Creates an empty folder that does not outlive this process. */
export async function createTemporaryFolder(prefix: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), prefix))
  const forget = cleanUpOnExit(() => rmSync(path, REMOVAL))
  return {
    path,
    remove: async () => {
      await rm(path, REMOVAL)
      forget()
    },
  }
}
