import { z } from "@medusajs/framework/zod"
import { isObject } from "../domain/is-object"

/** The most that metadata may have as JSON. */
const MAX_METADATA_BYTES = 4096
/** How many values metadata may have, at all levels together. */
const MAX_METADATA_VALUES = 100
/** How many levels of objects and arrays metadata may have, its own included. */
const MAX_METADATA_DEPTH = 5

const TOO_MANY_VALUES = `must not have more than ${MAX_METADATA_VALUES} values, or ${MAX_METADATA_DEPTH} levels`

/**
 * The field `metadata` of a request, which a stranger shapes. Medusa copies it level by level when there is an
 * account, so its shape is bounded before anything else is done with it, for every address alike.
 */
export const metadataField = z
  .custom<Record<string, unknown>>(isObject, "must be an object")
  .refine(isSmallInShape, { error: TOO_MANY_VALUES, abort: true })
  .refine(isSmall, {
    error: `must not be larger than ${MAX_METADATA_BYTES} bytes of JSON`,
    abort: true,
  })
  .refine(isValidJsonb, "must not contain NUL characters or lone surrogates")
  .refine(isSafeForWorkflows, "must not contain the keys `__proto__` and `hasOwnProperty`")
  .optional()
  .default({})

/** Looks at no more values than are allowed. */
function isSmallInShape(metadata: object): boolean {
  let level: unknown[] = [metadata]
  let count = 0
  for (let depth = 0; level.length; depth++) {
    const nested = level.filter((value) => typeof value === "object" && value !== null)
    if (nested.length && depth >= MAX_METADATA_DEPTH) {
      return false
    }
    level = []
    for (const value of nested as object[]) {
      for (const key in value) {
        if (++count > MAX_METADATA_VALUES) {
          return false
        }
        level.push(value[key as never])
      }
    }
  }
  return true
}

function isSmall(metadata: object): boolean {
  return Buffer.byteLength(JSON.stringify(metadata)) <= MAX_METADATA_BYTES
}

/** Whether Postgres takes it: `jsonb` holds neither U+0000 nor a lone surrogate. */
function isValidJsonb(metadata: object): boolean {
  return !/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i.test(JSON.stringify(metadata))
}

/** Whether Medusa's workflows can copy it: they fail on these two keys. */
function isSafeForWorkflows(metadata: object): boolean {
  return !/"(?:__proto__|hasOwnProperty)":/.test(JSON.stringify(metadata))
}
