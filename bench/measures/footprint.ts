import { readdir, readFile, stat } from "node:fs/promises"
import { createRequire } from "node:module"
import { join } from "node:path"

/** What the package and its own dependencies take up when installed, in bytes. */
export async function installedSize(home: string, name: string): Promise<number> {
  const seen = new Set<string>()
  await collect(join(home, "node_modules", name), seen)
  const sizes = await Promise.all([...seen].map(sizeOf))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Adds a package's folder, and those of its dependencies. */
async function collect(folder: string, seen: Set<string>): Promise<void> {
  if (seen.has(folder)) {
    return
  }
  seen.add(folder)
  const manifest = join(folder, "package.json")
  const { dependencies = {} } = JSON.parse(await readFile(manifest, "utf8")) as {
    dependencies?: Record<string, string>
  }
  const require = createRequire(manifest)
  for (const name of Object.keys(dependencies)) {
    await collect(folderOf(name, require), seen)
  }
}

/** Some packages do not export their `package.json`. */
function folderOf(name: string, require: NodeJS.Require): string {
  for (const modules of require.resolve.paths(name) ?? []) {
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

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(
    (entry) => entry.isFile() && !entry.parentPath.slice(folder.length).includes("node_modules"),
  )
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
