import { spawn, spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { readdir } from "node:fs/promises"
import { tmpdir } from "node:os"
import { setTimeout as sleep } from "node:timers/promises"
import { Checks, expect } from "../../support/checks"
import { cleanUpOnExit } from "../../support/shutdown"
import { runMain } from "../../support/main"
import { ROOT } from "../../support/paths"
import { ownerOf } from "../../support/temporary-folder"
import { until } from "../../support/until"
import { isRunning, type Process, processTree } from "./process-tree"

/** Two seconds where Node starts in 40 ms. A machine that is slow, or does much else, takes longer for both. */
const END_LIMIT_IN_STARTS_OF_NODE = 50
/** What CONTRIBUTING.md promises. A slow machine gets more, and none gets less. */
const END_LIMIT_MS = 2000

/** A command, and when it is interrupted: so long after it has written a text. */
type Interruption = { name: string; script: string; args?: string[]; text: string; delayMs: number }

const INTERRUPTIONS: Interruption[] = [
  { name: "a running `npm run dev`", script: "dev", text: "Ctrl+C stops it all", delayMs: 1_000 },
  {
    name: "`npm run dev` while the database is migrated",
    script: "dev",
    text: "Starting Postgres",
    delayMs: 5_000,
  },
  {
    name: "`npm test` in the middle of a file",
    script: "test",
    args: ["--selectProjects", "http", "--testPathPattern", "no-account"],
    text: "Running one project",
    delayMs: 8_000,
  },
  {
    name: "`npm run test:package` while it packs",
    script: "test:package",
    text: "The package",
    delayMs: 3_000,
  },
  {
    name: "`npm run test:all` beside a shop",
    script: "test:all",
    args: ["the demo"],
    text: "-- the demo",
    delayMs: 10_000,
  },
  {
    name: "`npm run test:redis`",
    script: "test:redis",
    text: "Running",
    delayMs: 5_000,
  },
  { name: "`npm run test:mails`", script: "test:mails", text: "Every mail", delayMs: 2_000 },
  { name: "`npm run demo`", script: "demo", text: "Postgres started", delayMs: 2_000 },
  { name: "`npm run emails`", script: "emails", text: "http://", delayMs: 500 },
  { name: "`npm run bench`", script: "bench", text: "preparing core", delayMs: 3_000 },
  {
    name: "`npm run test:cluster`",
    script: "test:cluster",
    text: "Two servers",
    delayMs: 15_000,
  },
  { name: "`npm run test:faults`", script: "test:faults", text: "bad weather", delayMs: 8_000 },
  {
    name: "`npm run test:processes`",
    script: "test:processes",
    text: "the second one starts",
    delayMs: 1_000,
  },
]

/**
 * `npm run test:interrupt`: Ctrl+C ends what is run by npm within two seconds, and leaves nothing behind.
 * As a terminal does, it signals the whole process group: npm, its shell, and all below.
 *
 * `-- TEXT` interrupts only those whose name has the text.
 */
runMain(async () => {
  expect(existsSync("/proc/self/stat"), "This suite reads Linux's /proc, which is not there")
  const [filter = ""] = process.argv.slice(2)
  const checks = new Checks()
  console.log("\nCtrl+C")
  for (const interruption of INTERRUPTIONS.filter(({ name }) => name.includes(filter))) {
    await checks.test(`ends ${interruption.name}, and leaves nothing behind`, async () => {
      // Other suites may have kept the disk or the cores busy just then: late twice is late.
      const late = (await interrupt(interruption)) && (await interrupt(interruption))
      expect(!late, String(late))
    })
  }
  checks.finish()
})

/** @returns how late all of it ended, if it did */
async function interrupt({
  script,
  args = [],
  text,
  delayMs,
}: Interruption): Promise<string | undefined> {
  const command = ["run", script, ...(args.length ? ["--", ...args] : [])]
  const env = { ...process.env, NODE_V8_COVERAGE: undefined, PACKED_PLUGIN: undefined } // One of them is interrupted while it packs.
  const child = spawn("npm", command, { cwd: ROOT, detached: true, stdio: "pipe", env })
  const group = -child.pid!
  const forget = cleanUpOnExit(() => signal(group, "SIGINT"))
  let output = ""
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => (output += chunk))
  }
  try {
    const isThere = () => output.includes(text) || child.exitCode !== null
    await until(isThere, `"${text}"`)
    await sleep(delayMs)
    expect(child.exitCode === null, `it has ended by itself:\n${output.slice(-1_000)}`)
    const processes = processTree(child.pid!)
    signal(group, "SIGINT")
    const late = await expectEnd(processes)
    await expectNoFolders(processes)
    return late
  } finally {
    signal(group, "SIGKILL")
    forget()
  }
}

/** @returns how late they ended, if they did */
async function expectEnd(processes: Process[]): Promise<string | undefined> {
  const start = performance.now()
  const running = () => processes.filter(isRunning)
  await until(() => !running().length, "the end").catch(() => undefined)
  const tookMs = performance.now() - start
  const left = running().map(({ pid, command }) => `${pid} ${command}`)
  expect(!left.length, `these still run:\n${left.join("\n")}`)
  const limitMs = Math.max(END_LIMIT_MS, END_LIMIT_IN_STARTS_OF_NODE * startOfNodeMs())
  const took = `${processes.length} processes ended within ${(tookMs / 1_000).toFixed(1)} s`
  console.log(`    ${took}`)
  return tookMs < limitMs
    ? undefined
    : `${took}; on this machine, ${(limitMs / 1_000).toFixed(1)} s are allowed`
}

/** How long Node takes to start, on this machine as it is now: the slowest of five. */
function startOfNodeMs(): number {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now()
    spawnSync(process.execPath, ["--eval", "0"])
    return performance.now() - start
  })
  return Math.max(...times)
}

async function expectNoFolders(processes: Process[]): Promise<void> {
  const pids = new Set(processes.map(({ pid }) => pid))
  const left = (await readdir(tmpdir())).filter((name) => pids.has(ownerOf(name) ?? NaN))
  expect(!left.length, `left behind: ${left.join(", ")}`)
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // Nothing of it is left.
  }
}
