import { existsSync } from "node:fs"
import { access, mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { runCommand } from "../../support/children"

/**
 * Finds the folder of a Node of a major version. Where it is not this one, npm installs it.
 *
 * @param home where versions of Node are kept
 * @returns undefined for the Node that runs this
 */
export async function folderOfNode(home: string, major: string): Promise<string | undefined> {
  if (process.versions.node.startsWith(`${major}.`)) {
    return undefined
  }
  const name = `node-${process.platform}-${process.arch}`
  const project = join(home, `node-${major}`)
  const folder = join(project, "node_modules", name, "bin")
  if (!existsSync(join(folder, "node"))) {
    await mkdir(project, { recursive: true })
    await writeFile(join(project, "package.json"), `{ "private": true }`)
    const install = ["install", "--no-audit", "--no-fund", `${name}@${major}`]
    await runCommand("npm", install, { cwd: project })
  }
  await access(join(folder, "node"))
  return folder
}
