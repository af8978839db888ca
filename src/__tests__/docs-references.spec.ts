import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"

const ROOT = join(__dirname, "../..")
const PAGES = [
  ...["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"].filter((name) =>
    existsSync(join(ROOT, name)),
  ),
  ...filesUnder("docs").filter((path) => path.endsWith(".md")),
]

/** Files of a store that the pages speak of. */
const FILES_OF_A_STORE = ["src/subscribers/password-reset.ts"]

/** What the pages call the suites that are no jest files, and their folders: see docs/compliance.md. */
const SUITES: Record<string, string> = {
  processes: "integration-tests/processes",
  faults: "integration-tests/processes",
  cluster: "integration-tests/cluster",
  package: "integration-tests/host",
  browser: "integration-tests/browser",
  mails: "integration-tests/browser",
}

function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
  )
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8")
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ")
}

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-")
}

function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading!))
}

/** Links to somewhere else in the repository that lead nowhere. */
function deadLinks(page: string): string[] {
  const links = [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, to]) => to!)
  return links.filter((link) => {
    const [path = "", anchor] = link.split("#")
    const target = path ? join(dirname(page), path) : page
    return !existsSync(join(ROOT, target)) || (anchor && !anchorsOf(read(target)).includes(anchor))
  })
}

/** Files that a page names, in its pictures as well, and that are not there. */
function missingFiles(page: string): string[] {
  const named = [
    ...read(page).matchAll(
      /(?<![\w/.])(?:src|integration-tests|docs|demo|bench|support)\/[\w./[\]-]*\w/g,
    ),
  ]
  return named
    .map(([path]) => path)
    .filter((path) => !FILES_OF_A_STORE.includes(path) && !existsSync(join(ROOT, path)))
}

/** Paths that a picture breaks in two: nobody finds the file by the first half. */
function brokenPaths(page: string): string[] {
  return (
    read(page).match(/(?<![\w/.])(?:src|integration-tests|docs|support)\/[\w./[\]-]*\/$/gm) ?? []
  )
}

/** Names that a page says stand in a file, as in "`cancel` in `src/…`", and that do not. */
function missingNames(page: string): string[] {
  const named = [...oneLine(read(page)).matchAll(/`(\w+)` in `(src\/[^`\s]+)`/g)]
  return named.flatMap(([, name, path]) =>
    existsSync(join(ROOT, path!)) && !new RegExp(`\\b${name}\\b`).test(read(path!))
      ? [`${path}: ${name}`]
      : [],
  )
}

const unitTests = filesUnder("src").filter((path) => path.includes("/__tests__/"))

function testFilesOf(id: string): string[] {
  const [kind, name] = id.split("/")
  if (kind === "unit") {
    return unitTests.filter((path) => path.endsWith(`/__tests__/${name}.spec.ts`))
  }
  return kind === "http" ? [`integration-tests/http/${name}.spec.ts`] : filesUnder(SUITES[id]!)
}

/** Tests that a page names, as `http/sessions` "its title", and that are not there. */
function missingTests(page: string): string[] {
  const suites = Object.keys(SUITES).join("|")
  const named = new RegExp(`\`((?:http|unit)/[\\w-]+|${suites})\`((?:,? (?:and )?"[^"]+")*)`, "g")
  return [...oneLine(read(page)).matchAll(named)].flatMap(([, id, titles]) => {
    const files = testFilesOf(id!)
    const source = oneLine(files.map(read).join("\n")).replaceAll("\\", "")
    const missing = [...titles!.matchAll(/"([^"]+)"/g)].filter(
      ([, title]) => !source.includes(title!),
    )
    return files.length ? missing.map(([, title]) => `${id}: ${title}`) : [id!]
  })
}

describe.each(PAGES)("the page %s", (page) => {
  it("links to what is there", () => {
    expect(deadLinks(page)).toEqual([])
  })

  it("names files that are there", () => {
    expect(missingFiles(page)).toEqual([])
  })

  it("writes each path on one line", () => {
    expect(brokenPaths(page)).toEqual([])
  })

  it("names what stands in those files", () => {
    expect(missingNames(page)).toEqual([])
  })

  it("names tests that are there", () => {
    expect(missingTests(page)).toEqual([])
  })
})
