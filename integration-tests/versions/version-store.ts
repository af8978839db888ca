import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { runCommand } from "../../support/children"
import { PLUGIN, ROOT } from "../../support/paths"

/** A store of one Medusa, as one layout of `node_modules`, on one Node and one Postgres. */
export type VersionStore = {
  medusa: string
  layout: "flat" | "linked"
  node: string
  postgres: string
}

type Manifest = {
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  overrides?: Record<string, unknown>
}

const MEDUSA_PACKAGES = ["admin-sdk", "cli", "framework", "medusa"]

export function nameOf({ medusa, layout, node, postgres }: VersionStore): string {
  return `Medusa ${medusa}, ${layout}, node ${node}, postgres ${postgres}`
}

/** Lets npm install what a store of Medusa's starter has, with the plugin from its tarball. */
export async function installVersionStore(
  home: string,
  { medusa, layout }: VersionStore,
  tarball: string,
): Promise<void> {
  await rm(home, { recursive: true, force: true })
  await mkdir(home, { recursive: true })
  await cp(join(ROOT, "integration-tests/host/store"), home, { recursive: true })
  const manifest = await readManifest(home)
  const { overrides = {} } = await readManifest(ROOT)
  delete overrides["@medusajs/medusa-js"] // A store does not have it.
  const versions = MEDUSA_PACKAGES.map((name): [string, string] => [`@medusajs/${name}`, medusa])
  await writeFile(
    join(home, "package.json"),
    JSON.stringify({
      ...manifest,
      dependencies: { ...Object.fromEntries(versions), [PLUGIN]: `file:${tarball}` },
      devDependencies: { "@types/node": "20" },
      overrides, // Versions whose binaries every registry has.
    }),
  )
  const strategy = layout === "linked" ? ["--install-strategy=linked"] : []
  await runCommand("npm", ["install", "--no-audit", "--no-fund", ...strategy], { cwd: home })
}

async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest
}
