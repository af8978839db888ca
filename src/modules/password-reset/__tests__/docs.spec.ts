import { readFileSync } from "node:fs"
import { join } from "node:path"
import { runInNewContext } from "node:vm"
import { z } from "@medusajs/framework/zod"
import { parseOptions } from "../options"
import { OptionsSchema } from "../options/schema"

const PAGE = join(__dirname, "../../../../docs/configuration.md")

/** An option of the page: its heading, and what stands between it and the next one. */
type Section = { path: string; text: string }

const [introduction = "", ...parts] = readFileSync(PAGE, "utf8").split(/^### /m)
const sections = parts.map((part): Section => {
  const [path = "", ...lines] = part.split(/^## /m)[0]!.split("\n")
  return { path, text: lines.join("\n") }
})

/** An option of the schema. */
type Option = { path: string; schema: z.core.$ZodType }

/** What stands inside `.default()`, `.optional()`, `.transform()` and unions with an object. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional
  ) {
    return unwrapped(schema.def.innerType)
  }
  if (schema instanceof z.ZodPipe) {
    return unwrapped(schema.def.in)
  }
  if (schema instanceof z.ZodUnion) {
    const parts = schema.def.options.map(unwrapped)
    return parts.find((part) => part instanceof z.ZodObject) ?? schema
  }
  return schema
}

/** The number that an option is, or may be. */
function numberIn(schema: z.core.$ZodType): z.ZodNumber | undefined {
  const kinds = schema instanceof z.ZodUnion ? schema.def.options : [schema]
  return kinds.find((kind) => kind instanceof z.ZodNumber)
}

/** All leaves, in the order in which they are declared. */
function leavesOf(schema: z.core.$ZodType, path = ""): Option[] {
  const inside = unwrapped(schema)
  if (!(inside instanceof z.ZodObject)) {
    return [{ path, schema: inside }]
  }
  return Object.entries(inside.def.shape).flatMap(([key, part]) =>
    leavesOf(part, path ? `${path}.${key}` : key),
  )
}

const leaves = leavesOf(OptionsSchema)
const liesIn = (leaf: string, path: string) => leaf === path || leaf.startsWith(`${path}.`)

/** The section of a leaf: its own, or that of the object that it is a part of. */
function sectionOf({ path }: Option): Section | undefined {
  return sections
    .filter((section) => liesIn(path, section.path))
    .sort((one, other) => other.path.length - one.path.length)[0]
}

/** Sections that describe one value, and not the options that follow them. */
const values = sections.filter(
  ({ path }) => !sections.some((other) => other.path.startsWith(`${path}.`)),
)

describe("docs/configuration.md", () => {
  it.each(leaves)("has a heading for $path, or names it where its object is described", (leaf) => {
    const section = sectionOf(leaf)

    expect(section?.path).toBeDefined()
    const [type] = section!.text.split("Default:")
    const keys = leaf.path.slice(section!.path.length).split(".").filter(Boolean)
    for (const key of keys) {
      expect(type).toMatch(new RegExp(`\\b${key}\\b`))
    }
  })

  it.each(sections)("has no heading for what is no option: $path", ({ path }) => {
    expect(leaves.filter((leaf) => liesIn(leaf.path, path))).not.toEqual([])
  })

  it("has its headings in the order of the options", () => {
    const firstLeaf = ({ path }: Section) => leaves.findIndex((leaf) => liesIn(leaf.path, path))
    const order = sections.map(firstLeaf)

    expect(order).toEqual([...order].sort((one, other) => one - other))
    expect(new Set(sections.map(({ path }) => path)).size).toBe(sections.length)
  })

  it.each(values)("says the default of $path", ({ path, text }) => {
    const [, written, none] = /Default:\s+(?:`([^`]+)`|(none))\./.exec(text) ?? []
    expect(written ?? none).toBeDefined()

    const said: unknown = written ? runInNewContext(`(${written})`) : undefined
    const isSet = path
      .split(".")
      .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], parseOptions({}))
    expect(isSet).toEqual(said)
  })

  it.each(leaves.filter(({ schema }) => numberIn(schema)))("says the range of $path", (leaf) => {
    const { minValue, maxValue } = numberIn(leaf.schema)!
    const [, range] = /Range:([^.]*)/.exec(sectionOf(leaf)!.text) ?? []

    // What all limits have in common is said once, at the top.
    expect(range ?? introduction).toContain(`${minValue}–${maxValue}`)
  })
})
