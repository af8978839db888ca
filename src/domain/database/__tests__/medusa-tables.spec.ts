import { readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { MEDUSA_TABLES } from "../medusa/tables"

const SRC = join(__dirname, "../../..")
const MEDUSA_FOLDER = "domain/database/medusa/"

/** What follows a keyword of SQL in our statements and is no table: functions, and a statement's own names. */
const NO_TABLES = [
  "unnest",
  "jsonb_to_recordset",
  "jsonb_object_keys",
  "jsonb_each",
  "jsonb_each_text",
]
const OWN_NAMES = ["conflict", "cut", "oldest", "one"]
const CATALOG = /^pg_/
const OWN_TABLES = /^password_(?:reset|notice)(?:_\w+)?$/

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.ts$/.test(file) && !/__tests__|\/migrations\//.test(file))
  .map((file) => ({
    file: relative(SRC, join(SRC, file)).replaceAll("\\", "/"),
    code: withoutComments(readFileSync(join(SRC, file), "utf8")),
  }))

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "")
}

/** The tables that the statements of a file name. `EXTRACT(… FROM row.column)` names none. */
function tablesIn(code: string): string[] {
  return [...code.matchAll(/\b(?:FROM|JOIN|INTO|UPDATE|USING|TABLE|ON)\s+"?([a-z_]+)"?(?![\w.])/g)]
    .map(([, name]) => name!)
    .filter((name) => ![...NO_TABLES, ...OWN_NAMES, "true"].includes(name))
    .filter((name) => !CATALOG.test(name) && !OWN_TABLES.test(name))
}

describe("a statement on Medusa's own tables", () => {
  it("stands in domain/database/medusa and nowhere else", () => {
    const words = Object.keys(MEDUSA_TABLES).filter((table) => table.includes("_"))
    const named = new RegExp(`\\b(?:${words.join("|")})\\b`)
    const faults = files
      .filter(({ file }) => !file.startsWith(MEDUSA_FOLDER))
      .flatMap(({ file, code }) => {
        const tables = [...tablesIn(code), ...(code.match(named) ?? [])]
        return tables.map((table) => `${file} names "${table}"`)
      })

    expect(faults).toEqual([])
  })

  it("names no table that is not in MEDUSA_TABLES, and each of them is named", () => {
    const named = files
      .filter(({ file }) => file.startsWith(MEDUSA_FOLDER))
      .flatMap(({ code }) => tablesIn(code))

    expect([...new Set([...named, "user"])].sort()).toEqual(Object.keys(MEDUSA_TABLES).sort())
    expect(named.length).toBeGreaterThan(10)
  })

  it("is recognised", () => {
    expect(tablesIn(`SELECT 1 FROM customer c JOIN "user" u ON true`)).toEqual(["customer", "user"])
    expect(tablesIn("UPDATE notification SET data = 1")).toEqual(["notification"])
    expect(tablesIn("SELECT extract(epoch FROM c.changed_at) FROM password_reset c")).toEqual([])
  })
})
