import { z } from "@medusajs/framework/zod"
import { MAX_ADDRESS_CHARACTERS } from "../../../../../domain/accounts/address"
import { noControlCharacters } from "../../../../control-characters"

/** The most that metadata may have as JSON. */
const MAX_METADATA_BYTES = 4096

/** The body of a request for a reset. */
export const RequestPasswordReset = z.strictObject({
  identifier: z
    .string()
    .max(MAX_ADDRESS_CHARACTERS)
    .refine((identifier) => identifier.trim() !== "", "must not be empty")
    .refine(...noControlCharacters((identifier) => identifier.trim())),
  metadata: z
    .record(z.string(), z.unknown())
    .refine(isSmall, `must not be larger than ${MAX_METADATA_BYTES} bytes of JSON`)
    .refine(isValidJsonb, "must not contain NUL characters or lone surrogates")
    .refine(isSafeForWorkflows, "must not contain the keys `__proto__` and `hasOwnProperty`")
    .optional()
    .default({}),
})

export type RequestPasswordReset = z.infer<typeof RequestPasswordReset>

/** The JSON of metadata; "" where it is nested too deeply to be written. */
function jsonOf(metadata: object): string {
  try {
    return JSON.stringify(metadata)
  } catch {
    return ""
  }
}

function isSmall(metadata: object): boolean {
  const size = Buffer.byteLength(jsonOf(metadata))
  return size > 0 && size <= MAX_METADATA_BYTES
}

/** Whether Postgres takes it: `jsonb` holds neither U+0000 nor a lone surrogate. */
function isValidJsonb(metadata: object): boolean {
  return !/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i.test(jsonOf(metadata))
}

/** Whether Medusa's workflows can copy it: they fail on these two keys. */
function isSafeForWorkflows(metadata: object): boolean {
  return !/"(?:__proto__|hasOwnProperty)":/.test(jsonOf(metadata))
}
