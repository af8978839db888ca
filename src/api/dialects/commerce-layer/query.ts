import type { MedusaRequest } from "@medusajs/framework/http"
import { isStorable, storedSpellings } from "../../../domain/accounts/address"
import { isObject } from "../../../domain/is-object"
import { refusal } from "./errors"
import { RESOURCE_TYPE } from "./resource-type"

/** The members of a resource that a request asks for; undefined for all. */
export type Fields = Set<string> | undefined

type Query = MedusaRequest["query"]

/** How many resources are on a page, as in Commerce Layer. */
const PAGE_SIZE = { default: 10, max: 25 }
const MAX_PAGE_NUMBER = 1_000_000

const SORTABLE = ["id", "reference", "reference_origin", "created_at", "updated_at"]

export type ListQuery = {
  page: { number: number; size: number }
  order: Record<string, "ASC" | "DESC">
  filter: Record<string, unknown>
  fields: Fields
}

/**
 * Reads the query of a list.
 *
 * @throws Refusal 400 for every parameter that the dialect does not know, rather than ignoring it
 */
export function readListQuery(query: Query): ListQuery {
  const { page, sort, filter, ...rest } = query
  return {
    page: readPage(page),
    order: readSort(sort),
    filter: readFilter(filter),
    fields: readFields(rest),
  }
}

/**
 * Reads `fields[customer_password_resets]`, the one parameter that every request may have.
 *
 * @throws Refusal 400 for any other
 */
export function readFields({ fields, ...others }: Query): Fields {
  const [unknown] = Object.keys(others)
  if (unknown === "include") {
    throw refusal("INVALID_INCLUDE", "No relationship can be included.", { parameter: "include" })
  }
  if (unknown !== undefined) {
    throw notAllowed(unknown)
  }
  const { [RESOURCE_TYPE]: names, ...otherTypes } = membersOf(fields, "fields")
  if (Object.keys(otherTypes).length || (names !== undefined && typeof names !== "string")) {
    throw refusal("INVALID_FIELD", `Fields can only be selected for ${RESOURCE_TYPE}.`, {
      parameter: "fields",
    })
  }
  return names === undefined ? undefined : new Set(names.split(","))
}

function readPage(page: unknown): ListQuery["page"] {
  const { number = "1", size = String(PAGE_SIZE.default), ...others } = membersOf(page, "page")
  refuseOthers(others, "page")
  return {
    number: readCount("number", number, MAX_PAGE_NUMBER),
    size: readCount("size", size, PAGE_SIZE.max),
  }
}

function readCount(name: string, value: unknown, max: number): number {
  const count = typeof value === "string" && /^\d{1,7}$/.test(value) ? Number(value) : 0
  if (count < 1 || count > max) {
    throw refusal("INVALID_PAGE_VALUE", `${name} must be a number from 1 to ${max}.`, {
      parameter: `page[${name}]`,
    })
  }
  return count
}

/**
 * Sorts the newest first by default. The id is always the last criterion: without it, resets of one moment
 * could stand on two pages.
 */
function readSort(sort: unknown = "-created_at"): ListQuery["order"] {
  const criteria = typeof sort === "string" ? sort.split(",") : [""]
  const order = criteria.map((criterion) => {
    const field = criterion.replace(/^-/, "")
    if (!SORTABLE.includes(field)) {
      throw refusal("INVALID_SORT_CRITERIA", `Resets can be sorted by ${SORTABLE.join(", ")}.`, {
        parameter: "sort",
      })
    }
    return [field, criterion.startsWith("-") ? "DESC" : "ASC"] as const
  })
  return { ...Object.fromEntries(order), ...(!criteria.some(isById) && { id: "DESC" }) }
}

function isById(criterion: string): boolean {
  return /^-?id$/.test(criterion)
}

function readFilter(filter: unknown): ListQuery["filter"] {
  const { q, ...others } = membersOf(filter, "filter")
  const { customer_email_eq: email, ...rest } = membersOf(q, "filter[q]")
  const [unknown] = [...Object.keys(others), ...Object.keys(rest)]
  if (unknown !== undefined) {
    throw refusal("FILTER_NOT_ALLOWED", `${unknown} is not allowed.`, { parameter: "filter" })
  }
  if (email === undefined) {
    return {}
  }
  if (typeof email !== "string" || !isStorable(email)) {
    throw refusal("INVALID_FILTER_VALUE", "customer_email_eq is not an address.", {
      parameter: "filter[q][customer_email_eq]",
    })
  }
  return { entity_id: [...new Set([email.trim(), ...storedSpellings(email)])] }
}

function membersOf(value: unknown, parameter: string): Record<string, unknown> {
  if (value === undefined) {
    return {}
  }
  if (!isObject(value)) {
    throw notAllowed(parameter)
  }
  return value
}

function refuseOthers(others: object, parameter: string): void {
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) {
    throw notAllowed(`${parameter}[${unknown}]`)
  }
}

function notAllowed(parameter: string) {
  return refusal("PARAM_NOT_ALLOWED", `${parameter} is not allowed.`, { parameter })
}
