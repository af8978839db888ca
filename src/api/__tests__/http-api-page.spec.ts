import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "yaml"

const SRC = join(__dirname, "../..")
const DOCS = join(SRC, "../docs")
/** Routes of the dialects, and their errors, stand in docs/dialects.md. */
const OTHER_TAGS = ["medusa-v1", "commerce-layer", "bagisto"]

const page = readFileSync(join(DOCS, "http-api.md"), "utf8")
const sources = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts") && !/__tests__|\/dialects\//.test(file))
  .map((file) => readFileSync(join(SRC, file), "utf8"))

/** What a pattern's group finds, each once. */
const found = (pattern: RegExp, texts: readonly string[]) =>
  [...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name!)))].sort()

/** The codes of the table of errors, and those that are answered beside it. */
const tables = sources.flatMap((source) => /^const ERRORS = \{.*?^\}/ms.exec(source)?.[0] ?? [])
const answered = [
  found(/^ {2}(\w+): \[/gm, tables),
  found(/\bcode: "(?!custom)([a-z_]+)"/g, sources), // "custom" is zod's.
  found(/\.reason\("([a-z_]+)"\)/g, sources),
].flat()

/** The codes of the page's tables: of errors in the third column, of reasons in the first. */
const documented = found(/^\|[^|]*\|[^|]*\| `([a-z_]+)` +\|/gm, [page]).concat(
  found(/^\| `([a-z_]+)` +\|/gm, [page]),
)

type Operation = { tags: string[] }
const { paths } = parse(readFileSync(join(DOCS, "openapi.yaml"), "utf8")) as {
  paths: Record<string, Record<string, Operation>>
}
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([method]) => ["get", "post", "put", "patch", "delete"].includes(method))
    .filter(([, { tags }]) => !tags.some((tag) => OTHER_TAGS.includes(tag)))
    .map(([method]) => `${method.toUpperCase()} ${path}`),
)

describe("docs/http-api.md", () => {
  it("has every code that an error or a reason may have, and no other", () => {
    expect(tables).toHaveLength(1)
    expect([...new Set(documented)].sort()).toEqual([...new Set(answered)].sort())
  })

  it.each(operations)("names the route %s", (operation) => {
    expect(page).toContain(`\`${operation}\``)
  })
})
