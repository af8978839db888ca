import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { parse } from "yaml"

type Operation = { operationId: string }

const API = join(__dirname, "..")
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

const FILE = join(API, "../../docs/openapi.yaml")
const source = readFileSync(FILE, "utf8")
const document = parse(source)

/** Every operation of the document, as `GET /path`. */
const documented = new Map<string, Operation>(
  Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method.toLowerCase()]).map((method): [string, Operation] => [
      `${method} ${path}`,
      item[method.toLowerCase()]!,
    ]),
  ),
)

/** Every method that a route file exports, as `GET /path`. */
const routes = readdirSync(API, { recursive: true, encoding: "utf8" })
  .filter((file) => /(^|[\\/])route\.ts$/.test(file))
  .flatMap((file) => {
    const path = `/${dirname(file)
      .replaceAll("\\", "/")
      .replace(/\[(\w+)\]/g, "{$1}")}`
    return methodsIn(readFileSync(join(API, file), "utf8")).map((method) => `${method} ${path}`)
  })

/** Names that are exported: `export const GET`, `export async function GET`, `export { a as GET }`. */
function methodsIn(source: string): string[] {
  const declared = source.matchAll(/^export (?:const|(?:async )?function) (\w+)/gm)
  const listed = source.matchAll(/^export \{([^}]*)\}/gm)
  return [
    ...[...declared].map(([, name]) => name!),
    ...[...listed].flatMap(([, names]) => names!.split(",").map((name) => name.trim())),
  ]
    .map((name) => name.split(/\s+as\s+/).at(-1)!)
    .filter((name) => METHODS.includes(name))
}

/** By `Validator`, in a process of its own: it is an ES module, and Jest's `import()` is a `require`. */
function judged(file: string): { valid: boolean; errors?: unknown } {
  const load = `import { Validator } from "@seriousme/openapi-schema-validator"
    console.log(JSON.stringify(await new Validator().validate(process.argv[1])))`
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", load, file],
    { encoding: "utf8", cwd: API },
  )
  return stdout ? JSON.parse(stdout) : { valid: false, errors: stderr }
}

describe("docs/openapi.yaml", () => {
  it("is a valid document of OpenAPI 3.1", () => {
    expect(document.openapi).toMatch(/^3\.1\./)
    expect(judged(FILE)).toEqual({ valid: true })
  })

  it("is read by any tool: it has no aliases, and no merge keys", () => {
    expect(() => parse(source, { maxAliasCount: 0 })).not.toThrow()
    expect(source).not.toContain("<<:")
  })

  it("has an id of its own for each operation", () => {
    const ids = [...documented.values()].map(({ operationId }) => operationId)

    expect(ids).not.toContain(undefined)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it("has every route", () => {
    expect(routes.length).toBeGreaterThan(0)
    expect(routes.filter((route) => !documented.has(route))).toEqual([])
  })

  it("has nothing that is no route", () => {
    expect([...documented.keys()].filter((operation) => !routes.includes(operation))).toEqual([])
  })
})
