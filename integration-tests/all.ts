import { createWriteStream } from "node:fs"
import { mkdir, readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { pipeline } from "node:stream/promises"
import { stripVTControlCharacters } from "node:util"
import { startChild } from "../support/children"
import { coverageFolders, reportCoverage } from "../support/coverage"
import { packPlugin } from "../support/installed-store"
import { runMain } from "../support/main"
import { ROOT } from "../support/paths"

/** A command that passes or fails as a whole, or a suite that counts for itself. */
type Job = {
  name: string
  command: string
  /** Whether the output ends with a count of its own. */
  isSuite: boolean
  env?: Record<string, string>
}

/** How many jobs run at a time. All of them wait for most of their time: for shops, mails, timers. */
const LANES = 3

const LOGS = join(ROOT, ".cache/test-all")
const COVERAGE = join(ROOT, ".cache/coverage")

const check = (name: string, command: string): Job => ({ name, command, isSuite: false })
const suite = (name: string, command: string, env?: Job["env"]): Job => ({
  name,
  command,
  isSuite: true,
  env: { NODE_V8_COVERAGE: coverageFolders(COVERAGE).v8, ...env },
})

/** What needs all cores goes first. */
const CHECKS = [check("lint", "npm run --silent lint"), check("types", "npm run --silent types")]
/** jest counts what it runs itself: V8's own files would name code that it has transformed. */
const BY_JEST = { NODE_V8_COVERAGE: "" }
const TESTS = suite("tests", "npm test", {
  ...BY_JEST,
  COVERAGE: coverageFolders(COVERAGE).jest,
})
/** Goes last, when nothing else runs. */
const COMPARISONS = suite("tests that compare times", "npm test -- --selectProjects alone", BY_JEST)
/** The longest go first, so that the lanes end together. */
const SUITES = [
  suite(
    "two servers and two workers, and the previous build beside this one",
    "npm run --silent test:cluster",
  ),
  // Thirty kills by default; ten here, since the cluster's workers are killed as well.
  suite("mail server down, database restarting, Medusa killed", "npm run --silent test:faults", {
    KILLS: "10",
  }),
  suite("a store as npm installs it", "npm run --silent test:stores -- npm"),
  suite("the package", "npm run --silent test:package"),
  suite("the admin in a browser", "npm run --silent test:browser"),
  suite("two instances, crashes, secrets", "npm run --silent test:processes"),
  suite("tests on Redis", "npm run --silent test:redis", BY_JEST),
  suite("Ctrl+C", "npm run --silent test:interrupt"),
  suite("the mails in a browser", "npm run --silent test:mails"),
  check("the demo", "npm run --silent demo"),
]

let passed = 0
let failed = 0

/**
 * `npm run test:all`: everything that a change must pass, save the clean install. Suites run side by side;
 * the output of each is printed when it ends. The last line adds up what passed and failed.
 *
 * `-- TEXT` runs only what has the text in its name, and measures no coverage.
 */
runMain(async () => {
  const [filter = ""] = process.argv.slice(2)
  const isWanted = ({ name }: Job) => name.includes(filter)
  await rm(COVERAGE, { recursive: true, force: true })
  await mkdir(LOGS, { recursive: true })
  await mkdir(coverageFolders(COVERAGE).v8, { recursive: true })
  await runInLanes(CHECKS.filter(isWanted))
  // One build for all suites that look at the package.
  const plugin = await packPlugin()
  try {
    await runInLanes([TESTS, ...SUITES].filter(isWanted), { PACKED_PLUGIN: plugin.folder })
  } finally {
    await plugin.remove()
  }
  await runInLanes([COMPARISONS].filter(isWanted))
  if (!filter) {
    await checkCoverage()
  }
  console.log(`\n${passed} passed, ${failed} failed`)
  process.exit(failed ? 1 : 0)
})

async function runInLanes(jobs: Job[], env: Record<string, string> = {}): Promise<void> {
  const waiting = [...jobs]
  const lane = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      await run(job, env)
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}

async function run(job: Job, env: Record<string, string> = {}): Promise<void> {
  console.log(`-- ${job.name}`)
  const start = performance.now()
  const log = join(LOGS, `${job.name.replace(/\W+/g, "-")}.log`)
  const child = startChild("bash", ["-c", `${job.command} 2>&1`], {
    cwd: ROOT,
    env: { ...process.env, ...env, ...job.env },
    stdio: ["ignore", "pipe", "inherit"],
    exitSignal: "SIGTERM", // A suite that is killed would leave its shops behind.
  })
  const exit = new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? 1)))
  await pipeline(child.stdout!, createWriteStream(log))
  const code = await exit
  const output = await readFile(log, "utf8")
  const count = job.isSuite ? countIn(output, code) : { passed: +!code, failed: +!!code }
  passed += count.passed
  failed += count.failed
  const seconds = Math.round((performance.now() - start) / 1000)
  console.log(
    `\n== ${job.name} (${seconds} s)${count.failed ? " FAILED" : ""}\n${output.trimEnd()}`,
  )
}

/** What a suite's last line of counts says. A suite without one has failed. */
function countIn(output: string, code: number): { passed: number; failed: number } {
  const lines = stripVTControlCharacters(output).split("\n")
  const line = lines.findLast((text) => /^Tests: |^\d+ passed, \d+ failed$/.test(text)) ?? ""
  const [, ok = "0"] = /(\d+) passed/.exec(line) ?? []
  const [, bad = "0"] = /(\d+) failed/.exec(line) ?? []
  const isSilentFailure = bad === "0" && (code !== 0 || ok === "0")
  return { passed: Number(ok), failed: isSilentFailure ? 1 : Number(bad) }
}

async function checkCoverage(): Promise<void> {
  const { text, isEnough } = await reportCoverage(COVERAGE)
  isEnough ? passed++ : failed++
  console.log(`\n== coverage${isEnough ? "" : " FAILED"}\n${text}`)
}
