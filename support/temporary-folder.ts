import { rmSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { PLUGIN } from "./paths"
import { cleanUpOnExit } from "./shutdown"

/** A process that is just being killed may still write: removing a folder is then tried again. */
const REMOVAL = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }

const OWNED = new RegExp(`^${PLUGIN}-[a-z]+-(\\d+)-`)

export type TemporaryFolder = { path: string; remove: () => Promise<void> }

/**
 * Creates an empty folder that does not outlive this process. Its name says what it is for and whose it
 * is, see `ownerOf`.
 */
export async function createTemporaryFolder(purpose: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), `${PLUGIN}-${purpose}-${process.pid}-`))
  const forget = cleanUpOnExit(() => rmSync(path, REMOVAL))
  return {
    path,
    remove: async () => {
      await rm(path, REMOVAL)
      forget()
    },
  }
}

/** Tells which process made a temporary folder, by the folder's name. Others' folders have no owner. */
export function ownerOf(name: string): number | undefined {
  const [, owner] = OWNED.exec(name) ?? []
  return owner === undefined ? undefined : Number(owner)
}
