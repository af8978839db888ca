import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"

const ROOT = join(__dirname, "../..")
/** The README is what npm shows: one page, in bytes. */
const LONGEST_README = 12 * 1024
/** Of a line of prose, in characters. */
const LONGEST_LINE = 119
/** What npm packs besides `files`. */
const ALWAYS_PACKED = ["README.md", "LICENSE", "package.json"]

const pages = [
  ...readdirSync(ROOT),
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" }).map((file) =>
    join("docs", file),
  ),
].filter((file) => file.endsWith(".md"))

const textOf = (page: string) => readFileSync(join(ROOT, page), "utf8")
const isCode = (part: number) => part % 2 === 1

/** A page without its blocks of code, whose lines stay as empty ones. */
function proseOf(page: string): string {
  return textOf(page)
    .split(/^ *```.*$/m)
    .map((part, number) => (isCode(number) ? part.replace(/[^\n]/g, "") : part))
    .join("\n")
}

/** Targets of `[text](target)` and of `[name]: target`, those on the web left out. */
function linksIn(page: string): string[] {
  const prose = proseOf(page).replace(/`[^`\n]*`/g, "")
  return [...prose.matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]:\s+(\S+)/gm)]
    .map(([, inline, reference]) => (inline ?? reference)!)
    .filter((target) => !/^[a-z]+:/i.test(target))
}

describe.each(pages)("%s", (page) => {
  it("has no line of prose that is too long to read in a terminal", () => {
    const long = proseOf(page)
      .split("\n")
      .flatMap((line, index) =>
        [...line].length > LONGEST_LINE && (page === "README.md" || !line.startsWith("|"))
          ? [`line ${index + 1}`]
          : [],
      )
    expect(long).toEqual([])
  })
})

describe("README.md", () => {
  it("fits on the page that npm shows", () => {
    expect(statSync(join(ROOT, "README.md")).size).toBeLessThanOrEqual(LONGEST_README)
  })

  it("links to nothing that the package lacks", () => {
    const { files } = JSON.parse(textOf("package.json")) as { files: string[] }
    const packed = [...ALWAYS_PACKED, ...files.filter((file) => !file.startsWith("!"))]
    const missing = linksIn("README.md").filter((link) => {
      const [path = ""] = link.split("#")
      return !["", ...packed].some((entry) => path === entry || path.startsWith(`${entry}/`))
    })
    expect(missing).toEqual([])
  })
})
