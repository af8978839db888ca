import { execFile } from "node:child_process"
import { cp, mkdir, mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const ROOT = fileURLToPath(new URL("..", import.meta.url))
const NAME = "medusa-plugin-password-reset"
const run = promisify(execFile)

/**
 * Packs the plugin, and unpacks it as npm would for a store.
 *
 * @param {string} [root] of the plugin's sources; this repository by default
 * @returns {Promise<{ folder: string, tarball: string, remove: () => Promise<void> }>}
 */
export async function packPlugin(root = ROOT) {
  const folder = await mkdtemp(join(tmpdir(), `${NAME}-pack-`))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    await run("npm", ["pack", "--pack-destination", folder], { cwd: root })
    const [tarball] = await readdir(folder)
    await run("tar", ["-xzf", join(folder, tarball), "-C", folder])
    return { folder: join(folder, "package"), tarball: join(folder, tarball), remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/**
 * A store that has the packed plugin in its own `node_modules`, and knows it by its name only; all else
 * it finds in the `node_modules` above it.
 *
 * @param {string} home the store's folder; made anew
 * @param {{ plugin: string, template: string }} parts the unpacked plugin, and the store's own files
 * @returns {Promise<string>} the installed plugin
 */
export async function installStore(home, { plugin, template }) {
  const installed = join(home, "node_modules", NAME)
  await rm(home, { recursive: true, force: true })
  await mkdir(join(home, "node_modules"), { recursive: true })
  await cp(template, home, { recursive: true })
  await cp(plugin, installed, { recursive: true })
  return installed
}
