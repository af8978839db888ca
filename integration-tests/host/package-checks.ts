import { readdir, readFile } from "node:fs/promises"
import { createRequire, isBuiltin } from "node:module"
import { join } from "node:path"
import { type Checks, expect } from "../../support/checks"
import { runCommand } from "../../support/children"
import { PLUGIN, ROOT } from "../../support/paths"

type Manifest = { dependencies?: object; peerDependencies?: object; name: string }

const ENTRY_POINTS = [
  "workflows",
  "modules/password-reset",
  "providers/emailpass",
  "providers/smtp",
]

/**
 * Looks into the package as a store has it.
 *
 * @param home the store's folder
 */
export async function checkPackage({ test }: Checks, home: string): Promise<void> {
  const installed = join(home, "node_modules", PLUGIN)
  const files = await filesOf(installed)
  await test("holds what a store needs, and nothing else", () => expectContents(files))
  await test("imports only what it declares", () => expectDeclaredImports(installed, files))
  await test("has the entry points that the README names", () => expectEntryPoints(home))
  await test("has types that a store can build on", () => compileStore(home))
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}

/** Code and its declarations, words, and what a person reads: nothing else belongs in the package. */
async function expectContents(files: string[]): Promise<void> {
  const read = [
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "package.json",
  ]
  const code = files.filter((file) => /^\.medusa\/server\/src\/.+(?<!\.d)\.js$/.test(file))
  const declarations = code.map((file) => file.replace(/\.js$/, ".d.ts"))
  const locales = await readdir(join(ROOT, "src/domain/mails/languages/locales"))
  const words = locales.map((name) => `.medusa/server/src/domain/mails/languages/locales/${name}`)
  const pages = (await filesOf(join(ROOT, "docs"))).map((name) => `docs/${name}`)
  const expected = [...read, ...pages, ...code, ...declarations, ...words].sort()
  expect(code.length > 20, `only ${code.length} files of code`)
  const strange = files.filter((file) => !expected.includes(file) || file.includes("__tests__"))
  const missing = expected.filter((file) => !files.includes(file))
  expect(!strange.length, `does not belong there: ${strange.join(", ")}`)
  expect(!missing.length, `missing: ${missing.join(", ")}`)
}

/** What the code imports must come with the package or be a peer: the root hides what is missing. */
async function expectDeclaredImports(installed: string, files: string[]): Promise<void> {
  const text = await readFile(join(installed, "package.json"), "utf8")
  const { dependencies, peerDependencies } = JSON.parse(text) as Manifest
  const declared = Object.keys({ ...dependencies, ...peerDependencies })
  for (const file of files.filter((name) => /\.(js|d\.ts)$/.test(name))) {
    const source = await readFile(join(installed, file), "utf8")
    for (const [, , name = ""] of source.matchAll(/(require\(|from |import\()"([^".][^"]*)"/g)) {
      const isDeclared = declared.some((one) => name === one || name.startsWith(`${one}/`))
      expect(isDeclared || isBuiltin(name), `${file} imports ${name}, which is not declared`)
    }
  }
}

function expectEntryPoints(home: string): void {
  const require = createRequire(join(home, "package.json"))
  const { PASSWORD_CHANGED } = require(PLUGIN) as { PASSWORD_CHANGED?: string }
  expect(PASSWORD_CHANGED, "the root entry has no names of events")
  for (const entry of ENTRY_POINTS) {
    expect(require(`${PLUGIN}/${entry}`), `${entry} exports nothing`)
  }
  const { name } = require(`${PLUGIN}/package.json`) as Manifest
  expect(name === PLUGIN, "package.json can't be read")
}

async function compileStore(home: string): Promise<void> {
  const tsc = require.resolve("typescript/bin/tsc")
  await runCommand(process.execPath, [tsc, "-p", home], { cwd: home })
}
