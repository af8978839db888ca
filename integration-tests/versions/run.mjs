import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { access, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs, promisify } from "node:util"
import { packPlugin } from "../../support/installed-store.mjs"
import { stopOnSignal } from "../../support/shutdown.ts"

/**
 * `npm run test:versions`: stores into which npm installs the packed plugin and a Medusa, from the
 * oldest that the plugin says it runs on to the newest 2.x, with npm's flat layout and with a linked one
 * (as pnpm's), on Node 20 and 22, on Postgres 15 and 18. In each, the main job and what must hold
 * between two instances.
 *
 * `--only TEXT` runs those whose name has the text: `2.19.0`, `linked`, `node 22`, `postgres 15`.
 */
const { values: flags } = parseArgs({ options: { only: { type: "string", default: "" } } })
const ROOT = fileURLToPath(new URL("../..", import.meta.url))
const HOME = join(ROOT, ".cache/versions")
/** Debian's; where it is not installed, all runs are on the one that npm brings (18). */
const POSTGRES_15 = "/usr/lib/postgresql/15/bin"
/** Suites, by what they are called here. */
const SUITES = {
  "the package": "integration-tests/host/run.ts",
  "two instances": "integration-tests/processes/run.ts",
}
const run = promisify(execFile)

/** Every Medusa in both layouts; every Node and every Postgres with each layout. */
const STORES = [
  { medusa: "2.19.0", layout: "flat", node: "20", postgres: "15" },
  { medusa: "2.19.0", layout: "linked", node: "22", postgres: "18" },
  { medusa: "2.20.1", layout: "flat", node: "22", postgres: "18" },
  { medusa: "2.20.1", layout: "linked", node: "20", postgres: "15" },
  { medusa: "2", layout: "flat", node: "22", postgres: "15" },
  { medusa: "2", layout: "linked", node: "20", postgres: "18" },
]

function nameOf({ medusa, layout, node, postgres }) {
  return `Medusa ${medusa}, ${layout}, node ${node}, postgres ${postgres}`
}

/** What a store of Medusa's starter has, with the plugin. */
async function install(home, { medusa, layout, tarball }) {
  await rm(home, { recursive: true, force: true })
  await mkdir(home, { recursive: true })
  await cp(join(ROOT, "integration-tests/host/store"), home, { recursive: true })
  const manifest = JSON.parse(await readFile(join(home, "package.json"), "utf8"))
  const { overrides } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"))
  const names = ["admin-sdk", "cli", "framework", "medusa"].map((name) => `@medusajs/${name}`)
  manifest.dependencies = {
    ...Object.fromEntries(names.map((name) => [name, medusa])),
    "medusa-plugin-password-reset": `file:${tarball}`,
  }
  const { "@medusajs/medusa-js": _, ...pinned } = overrides
  manifest.overrides = pinned // Versions whose binaries every registry has.
  manifest.devDependencies = { "@types/node": "20" }
  await writeFile(join(home, "package.json"), JSON.stringify(manifest, null, 2))
  const strategy = layout === "linked" ? ["--install-strategy=linked"] : []
  await run("npm", ["install", "--no-audit", "--no-fund", ...strategy], {
    cwd: home,
    maxBuffer: 2 ** 26,
  })
}

/** The folder of a Node of a major version: this one's, or one that npm has as a package. */
async function nodeOf(major) {
  if (process.versions.node.startsWith(`${major}.`)) {
    return undefined
  }
  const name = `node-${process.platform}-${process.arch}`
  const home = join(HOME, `node-${major}`)
  const folder = join(home, "node_modules", name, "bin")
  if (!existsSync(join(folder, "node"))) {
    await mkdir(home, { recursive: true })
    await writeFile(join(home, "package.json"), `{ "private": true }`)
    await run("npm", ["install", "--no-audit", "--no-fund", `${name}@${major}`], { cwd: home })
  }
  await access(join(folder, "node"))
  return folder
}

/** Runs a suite, and adds its sum up. */
async function runSuite(script, home, { node, postgres }) {
  const folder = await nodeOf(node)
  const child = spawn(
    folder ? join(folder, "node") : process.execPath,
    ["--import", "tsx", join(ROOT, script), ...home],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        ...(folder && { PATH: `${folder}:${process.env.PATH}` }),
        ...(postgres === "15" && { POSTGRES_BIN: POSTGRES_15 }),
      },
      stdio: ["ignore", "pipe", "inherit"],
    },
  )
  running = child
  let output = ""
  child.stdout.on("data", (chunk) => {
    process.stdout.write(chunk)
    output += chunk
  })
  const [code] = await once(child, "close")
  const sum = /^(\d+) passed, (\d+) failed$/m.exec(output)
  const [passed, failed] = sum ? [Number(sum[1]), Number(sum[2])] : [0, 0]
  return { passed, failed: failed || (code === 0 && passed ? 0 : 1) }
}

let running
stopOnSignal(async () => {
  if (running?.exitCode === null) {
    running.kill("SIGTERM")
    await once(running, "close")
  }
})
const total = { passed: 0, failed: 0 }
const hasPostgres15 = existsSync(POSTGRES_15)
const { tarball, remove } = await packPlugin()
try {
  for (const wanted of STORES) {
    const store = { ...wanted, postgres: hasPostgres15 ? wanted.postgres : "18" }
    const name = nameOf(store)
    if (!name.includes(flags.only)) {
      continue
    }
    console.log(`\n== ${name}`)
    const home = join(HOME, `${store.medusa}-${store.layout}`)
    try {
      await install(home, { ...store, tarball })
      for (const [suite, script] of Object.entries(SUITES)) {
        const { passed, failed } = await runSuite(script, [home], store)
        total.passed += passed
        total.failed += failed
        if (failed) {
          console.error(`== ${name}: ${suite} FAILED`)
        }
      }
    } catch (error) {
      total.failed++
      console.error(`== ${name} FAILED: ${String(error.stderr ?? error).slice(-2000)}`)
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  }
} finally {
  await remove()
}
console.log(`\n${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed || !total.passed ? 1 : 0)
