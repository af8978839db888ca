import { mkdir, rm, symlink } from "node:fs/promises"
import { join } from "node:path"
import { runCommand } from "../../support/children"
import { installStore, packPlugin } from "../../support/installed-store"
import { ROOT } from "../../support/paths"

const HOME = join(ROOT, ".cache/cluster")
const TEMPLATE = join(ROOT, "integration-tests/host/store")

/**
 * Makes a store with the plugin as it is in these sources.
 *
 * @returns the store's folder
 */
export function installCurrent(): Promise<string> {
  return install("current", ROOT)
}

/**
 * Makes a store with the plugin as it was at a commit.
 *
 * @returns the store's folder, or undefined in a clone that does not have the commit
 */
export async function installPrevious(commit: string): Promise<string | undefined> {
  const sources = join(HOME, "sources")
  const archive = join(HOME, "sources.tar")
  await rm(sources, { recursive: true, force: true })
  await mkdir(sources, { recursive: true })
  try {
    await runCommand("git", ["archive", "--output", archive, commit], { cwd: ROOT })
  } catch {
    return undefined
  }
  await runCommand("tar", ["-xf", archive, "-C", sources])
  await symlink(join(ROOT, "node_modules"), join(sources, "node_modules"))
  const home = await install("previous", sources)
  // Ids of workflows had no prefix then: the store could not start with one of its own of that name.
  await rm(join(home, "src/workflows"), { recursive: true })
  await rm(join(home, "src/api/own-change-password"), { recursive: true })
  return home
}

async function install(name: string, sources: string): Promise<string> {
  const { folder, remove } = await packPlugin(sources)
  try {
    const home = join(HOME, name)
    await installStore(home, { plugin: folder, template: TEMPLATE })
    return home
  } finally {
    await remove()
  }
}
