import { cp, mkdir, readdir, rm } from "node:fs/promises"
import { dirname, join } from "node:path"
import { runCommand } from "./children"
import { PLUGIN, ROOT } from "./paths"
import { createTemporaryFolder } from "./temporary-folder"

/** The plugin as npm packs it: its tarball, and the folder into which it is unpacked. */
export type PackedPlugin = { folder: string; tarball: string; remove: () => Promise<void> }

/**
 * Packs the plugin, and unpacks it as npm would for a store. `PACKED_PLUGIN` names the folder of one that
 * is packed already, where several suites share a build.
 *
 * @param sources the folder of the plugin's sources; this repository by default
 */
export async function packPlugin(sources = ROOT): Promise<PackedPlugin> {
  const shared = process.env.PACKED_PLUGIN
  if (shared && sources === ROOT) {
    const tarball = await tarballIn(dirname(shared))
    return { folder: shared, tarball, remove: async () => undefined }
  }
  const { path, remove } = await createTemporaryFolder("pack")
  try {
    await runCommand("npm", ["pack", "--pack-destination", path], { cwd: sources })
    const tarball = await tarballIn(path)
    await runCommand("tar", ["-xzf", tarball, "-C", path])
    return { folder: join(path, "package"), tarball, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

async function tarballIn(folder: string): Promise<string> {
  const names = await readdir(folder)
  return join(folder, names.find((name) => name.endsWith(".tgz")) ?? "")
}

/**
 * Makes a store that has the packed plugin in its own `node_modules`, and knows it by its name only. All
 * else it finds in the `node_modules` above it.
 *
 * @param home the store's folder; made anew
 * @param parts the unpacked plugin, and the store's own files
 * @returns the folder of the installed plugin
 */
export async function installStore(
  home: string,
  { plugin, template }: { plugin: string; template: string },
): Promise<string> {
  const installed = join(home, "node_modules", PLUGIN)
  await rm(home, { recursive: true, force: true })
  await mkdir(join(home, "node_modules"), { recursive: true })
  await cp(template, home, { recursive: true })
  await cp(plugin, installed, { recursive: true })
  return installed
}
