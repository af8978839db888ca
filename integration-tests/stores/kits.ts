import { mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { runCommand } from "../../support/children"
import { PLUGIN, ROOT } from "../../support/paths"

/** A way to have a store: who installs its packages, and where it lies. */
export type Kit = {
  name: string
  /** Runs the package manager, with its arguments. */
  command: string[]
  /** How its manifest calls versions that all packages must take. */
  overrides: (versions: Record<string, string>) => object
  /** The store's folder in what is installed. */
  store: string
  /** Files in the folder of what is installed, by their names. */
  files?: Record<string, string>
}

const PNPM = ["npx", "--yes", "pnpm@9.8.0"]
/** As Medusa's starter has it for pnpm: Medusa finds its own plugins and its admin from the store's folder. */
const HOISTED = ["@medusajs/*", "@tanstack/react-query", "react-i18next", "react-router-dom"]
const NPMRC = HOISTED.map((name) => `public-hoist-pattern[]=${name}\n`).join("")
const inPnpm = (overrides: Record<string, string>) => ({ pnpm: { overrides } })

export const KITS: Kit[] = [
  {
    name: "npm",
    command: ["npm", "install", "--no-audit", "--no-fund"],
    overrides: (overrides) => ({ overrides }),
    store: ".",
  },
  {
    name: "pnpm",
    command: [...PNPM, "install", "--no-frozen-lockfile"],
    overrides: inPnpm,
    store: ".",
    files: { ".npmrc": NPMRC },
  },
  {
    name: "yarn",
    command: ["npx", "--yes", "yarn@1.22.22", "install", "--non-interactive"],
    overrides: (resolutions) => ({ resolutions }),
    store: ".",
  },
  {
    name: "pnpm, a monorepo",
    command: [...PNPM, "install", "--no-frozen-lockfile"],
    overrides: inPnpm,
    store: "apps/backend",
    files: { ".npmrc": NPMRC, "pnpm-workspace.yaml": "packages:\n  - apps/*\n" },
  },
]

type Manifest = { devDependencies: Record<string, string>; overrides: Record<string, unknown> }

/**
 * Makes a store as Medusa's starter leaves it, with the plugin from its tarball, and installs its packages. There
 * must be no `node_modules` above `folder`, or the store would find there what it lacks.
 *
 * @returns the store's folder
 */
export async function installKit(kit: Kit, folder: string, tarball: string): Promise<string> {
  const { devDependencies, overrides } = JSON.parse(
    await readFile(join(ROOT, "package.json"), "utf8"),
  ) as Manifest
  const versionOf = (name: string): [string, string] => [name, devDependencies[name]!]
  const pinned = Object.fromEntries(
    Object.entries(overrides).filter(([, version]) => typeof version === "string"),
  ) as Record<string, string>
  const versions = kit.overrides({ ...pinned, "@swc/core": devDependencies["@swc/core"]! })
  const medusa = ["admin-sdk", "cli", "framework", "medusa"].map((name) => `@medusajs/${name}`)
  const home = join(folder, kit.store)
  await mkdir(join(home, "src/api"), { recursive: true })
  const isAlone = kit.store === "."
  await writeJson(join(home, "package.json"), {
    name: "store",
    version: "0.0.1",
    private: true,
    scripts: { build: "medusa build" },
    dependencies: {
      ...Object.fromEntries(medusa.map(versionOf)),
      [PLUGIN]: `file:${tarball}`,
    },
    devDependencies: {
      ...Object.fromEntries(["@swc/core", "@types/node", "ts-node", "typescript"].map(versionOf)),
      react: "^18.3.1",
      "react-dom": "^18.3.1",
    },
    ...(isAlone && versions),
  })
  if (!isAlone) {
    await writeJson(join(folder, "package.json"), { name: "shop", private: true, ...versions })
  }
  await writeJson(join(home, "tsconfig.json"), TSCONFIG)
  for (const [name, content] of Object.entries(kit.files ?? {})) {
    await writeFile(join(folder, name), content)
  }
  const [command = "", ...args] = kit.command
  await runCommand(command, args, { cwd: folder })
  return home
}

/** As Medusa's starter has it. */
const TSCONFIG = {
  compilerOptions: {
    target: "ES2021",
    esModuleInterop: true,
    module: "Node16",
    moduleResolution: "Node16",
    emitDecoratorMetadata: true,
    experimentalDecorators: true,
    skipLibCheck: true,
    skipDefaultLibCheck: true,
    declaration: false,
    sourceMap: false,
    inlineSourceMap: true,
    outDir: "./.medusa/server",
    rootDir: "./",
    jsx: "react-jsx",
    forceConsistentCasingInFileNames: true,
    resolveJsonModule: true,
    checkJs: false,
    strictNullChecks: true,
  },
  "ts-node": { swc: true },
  include: ["**/*", ".medusa/types/*"],
  exclude: ["node_modules", ".medusa/server", ".medusa/admin", ".cache"],
}

async function writeJson(path: string, content: object): Promise<void> {
  await writeFile(path, JSON.stringify(content, undefined, 2))
}
