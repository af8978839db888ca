import { once } from "node:events"
import { existsSync } from "node:fs"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { messageOf } from "../../support/checks"
import { endChild, startChild } from "../../support/children"
import { packPlugin } from "../../support/installed-store"
import { runMain } from "../../support/main"
import { ROOT } from "../../support/paths"
import { stopOnSignal } from "../../support/shutdown"
import { folderOfNode } from "./node-binary"
import { installVersionStore, nameOf, type VersionStore } from "./version-store"

const { values: flags } = parseArgs({ options: { only: { type: "string", default: "" } } })
const HOME = join(ROOT, ".cache/versions")
/** Debian's. Where it is not installed, all runs are on the one that npm brings (18). */
const POSTGRES_15 = "/usr/lib/postgresql/15/bin"
/** Suites, by what they are called here. */
const SUITES = {
  "the package": "integration-tests/host/run.ts",
  "two instances": "integration-tests/processes/run.ts",
}
/** Every Medusa in both layouts; every Node and every Postgres with each layout. */
const STORES: VersionStore[] = [
  { medusa: "2.19.0", layout: "flat", node: "20", postgres: "15" },
  { medusa: "2.19.0", layout: "linked", node: "22", postgres: "18" },
  { medusa: "2.20.1", layout: "flat", node: "22", postgres: "18" },
  { medusa: "2.20.1", layout: "linked", node: "20", postgres: "15" },
  { medusa: "2", layout: "flat", node: "22", postgres: "15" },
  { medusa: "2", layout: "linked", node: "20", postgres: "18" },
]

type Sum = { passed: number; failed: number }

/**
 * `npm run test:versions`: stores into which npm installs the packed plugin and a Medusa, from the
 * oldest that the plugin says it runs on to the newest 2.x, with npm's flat layout and with a linked one
 * (as pnpm's), on Node 20 and 22, on Postgres 15 and 18. In each, the main job and what must hold
 * between two instances.
 *
 * `--only TEXT` runs those whose name has the text: `2.19.0`, `linked`, `node 22`, `postgres 15`.
 */
runMain(async () => {
  const total: Sum = { passed: 0, failed: 0 }
  const hasPostgres15 = existsSync(POSTGRES_15)
  const { tarball, remove } = await packPlugin()
  try {
    for (const wanted of STORES) {
      const store = { ...wanted, postgres: hasPostgres15 ? wanted.postgres : "18" }
      if (nameOf(store).includes(flags.only)) {
        const { passed, failed } = await tryStore(store, tarball)
        total.passed += passed
        total.failed += failed
      }
    }
  } finally {
    await remove()
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`)
  process.exit(total.failed || !total.passed ? 1 : 0)
})

async function tryStore(store: VersionStore, tarball: string): Promise<Sum> {
  const name = nameOf(store)
  const home = join(HOME, `${store.medusa}-${store.layout}`)
  const total: Sum = { passed: 0, failed: 0 }
  console.log(`\n== ${name}`)
  try {
    await installVersionStore(home, store, tarball)
    for (const [suite, script] of Object.entries(SUITES)) {
      const { passed, failed } = await runSuite(script, home, store)
      total.passed += passed
      total.failed += failed
      if (failed) {
        console.error(`== ${name}: ${suite} FAILED`)
      }
    }
  } catch (error) {
    total.failed++
    console.error(`== ${name} FAILED: ${messageOf(error).slice(-2_000)}`)
  } finally {
    await rm(home, { recursive: true, force: true })
  }
  return total
}

/** Runs a suite on a store, and reads its sum. */
async function runSuite(
  script: string,
  home: string,
  { node, postgres }: VersionStore,
): Promise<Sum> {
  const folder = await folderOfNode(HOME, node)
  const child = startChild(
    folder ? join(folder, "node") : process.execPath,
    ["--import", "tsx", join(ROOT, script), home],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        ...(folder && { PATH: `${folder}:${process.env.PATH}` }),
        ...(postgres === "15" && { POSTGRES_BIN: POSTGRES_15 }),
      },
      stdio: ["ignore", "pipe", "inherit"],
      exitSignal: "SIGTERM", // It has processes of its own to end.
    },
  )
  const forget = stopOnSignal((signal) => endChild(child, signal))
  let output = ""
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    process.stdout.write(chunk)
    output += chunk
  })
  const [code] = (await once(child, "close")) as [number | null]
  forget()
  const [, passed = "0", failed = "0"] = /^(\d+) passed, (\d+) failed$/m.exec(output) ?? []
  const hasPassed = code === 0 && Number(passed) > 0
  return { passed: Number(passed), failed: Number(failed) || (hasPassed ? 0 : 1) }
}
