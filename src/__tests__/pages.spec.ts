import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { dirname, join, relative } from "node:path"

const ROOT = join(__dirname, "../..")
/** The README is what npm shows: one page, in bytes. */
const LONGEST_README = 12 * 1024
/** Of a line of prose, in characters. */
const LONGEST_LINE = 119
/** Pages that are not wrapped yet: one that is fails here, until it is taken from the list. */
const UNWRAPPED = ["docs/performance.md", "docs/scaling.md", "docs/security.md"]
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

/** The anchors of a page's headings, as GitHub and npm make them. */
function anchorsOf(page: string): Set<string> {
  const seen = new Map<string, number>()
  const anchors = [...proseOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
      .replaceAll(" ", "-")
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    return count ? `${slug}-${count}` : slug
  })
  return new Set(anchors)
}

/** Where a link of a page leads: a path from the root, and an anchor there. */
function targetOf(page: string, link: string): { path: string; anchor?: string } {
  const [file, anchor] = link.split("#")
  const path = file ? relative(ROOT, join(ROOT, dirname(page), decodeURIComponent(file))) : page
  return { path, anchor }
}

/** Why a link leads nowhere, if it does. */
function faultOf(page: string, link: string): string | undefined {
  const { path, anchor } = targetOf(page, link)
  if (path.startsWith("..") || !existsSync(join(ROOT, path))) {
    return `${link}: there is no ${path}`
  }
  if (anchor && path.endsWith(".md") && !anchorsOf(path).has(anchor)) {
    return `${link}: ${path} has no such heading`
  }
  return undefined
}

describe.each(pages)("%s", (page) => {
  it("has no link that leads nowhere", () => {
    expect(linksIn(page).flatMap((link) => faultOf(page, link) ?? [])).toEqual([])
  })

  const promise = UNWRAPPED.includes(page) ? it.failing : it
  promise("has no line of prose that is too long to read in a terminal", () => {
    const long = proseOf(page)
      .split("\n")
      .flatMap((line, index) =>
        [...line].length > LONGEST_LINE && !line.startsWith("|") ? [`line ${index + 1}`] : [],
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
      const { path } = targetOf("README.md", link)
      return !packed.some((entry) => path === entry || path.startsWith(`${entry}/`))
    })
    expect(missing).toEqual([])
  })
})
