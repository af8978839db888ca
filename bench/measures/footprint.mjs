import { readdir, readFile, stat } from "node:fs/promises"
import { createRequire } from "node:module"
import { join } from "node:path"

/** What the package and its own dependencies take up when installed, in bytes. */
export async function installedSize(home, name) {
  const own = join(home, "node_modules", name)
  const { dependencies } = JSON.parse(await readFile(join(own, "package.json"), "utf8"))
  const require = createRequire(join(own, "package.json"))
  const seen = new Set([own])
  await collect(Object.keys(dependencies), require, seen)
  const sizes = await Promise.all([...seen].map(sizeOf))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function collect(names, require, seen) {
  for (const name of names) {
    const folder = folderOf(name, require)
    if (seen.has(folder)) {
      continue
    }
    seen.add(folder)
    const manifest = join(folder, "package.json")
    const { dependencies = {} } = JSON.parse(await readFile(manifest, "utf8"))
    await collect(Object.keys(dependencies), createRequire(manifest), seen)
  }
}

/** Some packages do not export their `package.json`. */
function folderOf(name, require) {
  for (const modules of require.resolve.paths(name)) {
    const folder = join(modules, name)
    try {
      require(join(folder, "package.json"))
      return folder
    } catch {
      continue
    }
  }
  throw new Error(`${name} is not installed`)
}

async function sizeOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(
    (entry) =>
      entry.isFile() && !join(entry.parentPath).slice(folder.length).includes("node_modules"),
  )
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
