import { readFileSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { join, relative } from "node:path"
import { type CoverageMapData, createCoverageMap } from "istanbul-lib-coverage"
import { ModuleKind, transpileModule } from "typescript"
import { runCommand } from "./children"
import { ROOT } from "./paths"

/**
 * The least share of lines of `src` that all suites together must run, in percent. V8 counts them, in every
 * process. Left out: what runs from the packed plugin (the suites of the package, the cluster, versions),
 * since a package has no source maps; and processes that are killed, which write nothing down.
 */
const LEAST_LINES_PERCENT = 98.5
/** How many files are named whose coverage is lowest. */
const FILES_SHOWN = 10

/** Whether nothing of a file is left when the compiler has taken its types away. */
function hasOnlyTypes(file: string): boolean {
  const options = { module: ModuleKind.CommonJS, removeComments: true }
  const { outputText } = transpileModule(readFileSync(file, "utf8"), { compilerOptions: options })
  return !outputText.replace(/^"use strict";|^Object\.defineProperty\(exports.*$/gm, "").trim()
}

/** Where V8 writes down what a suite's processes have run, and where jest does. */
export function coverageFolders(folder: string) {
  return { v8: join(folder, "v8"), jest: join(folder, "jest"), report: join(folder, "report") }
}

/**
 * Adds up what all processes have run.
 *
 * @returns a table for people, and whether it is enough
 */
export async function reportCoverage(folder: string): Promise<{ text: string; isEnough: boolean }> {
  const { v8, jest, report } = coverageFolders(folder)
  const c8 = require.resolve("c8/bin/c8.js")
  const sources = ["--include", "src/**/*.ts", "--exclude", "**/__tests__/**"]
  const output = ["--reporter", "json", "--reports-dir", report]
  await runCommand(
    process.execPath,
    [c8, "report", "--temp-directory", v8, ...sources, ...output],
    { cwd: ROOT },
  )
  const map = createCoverageMap()
  for (const part of [report, jest]) {
    map.merge(
      JSON.parse(await readFile(join(part, "coverage-final.json"), "utf8")) as CoverageMapData,
    )
  }
  const files = map.files().flatMap((file) => {
    const { lines } = map.fileCoverageFor(file).toSummary()
    return lines.covered || !hasOnlyTypes(file) ? [{ file: relative(ROOT, file), ...lines }] : []
  })
  const covered = files.reduce((sum, file) => sum + file.covered, 0)
  const total = files.reduce((sum, file) => sum + file.total, 0)
  const percent = (100 * covered) / total
  const lowest = files.sort((a, b) => a.pct - b.pct).slice(0, FILES_SHOWN)
  const text = [
    `${percent.toFixed(1)} % of ${total} lines in ${files.length} files; the lowest:`,
    ...lowest.map(({ file, pct }) => `  ${pct.toFixed(1).padStart(5)} %  ${file}`),
  ].join("\n")
  return { text, isEnough: percent >= LEAST_LINES_PERCENT }
}
