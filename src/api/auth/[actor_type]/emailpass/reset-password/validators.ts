import { z } from "@medusajs/framework/zod"
import { MAX_ADDRESS } from "../../../../../domain/accounts/address"

/** Bytes of JSON. */
const MAX_METADATA = 4096

/** The body of a request for a reset. */
export const RequestPasswordReset = z.strictObject({
  identifier: z
    .string()
    .max(MAX_ADDRESS)
    .refine((identifier) => identifier.trim() !== "", "Field 'identifier' must not be empty")
    .refine(
      (identifier) => !/\p{Cc}/u.test(identifier.trim()),
      "Field 'identifier' must not hold control characters",
    ),
  metadata: z
    .record(z.string(), z.unknown())
    .refine(isSmall, `Field 'metadata' must not be larger than ${MAX_METADATA} bytes of JSON`)
    .refine(isStorable, "Field 'metadata' must not hold NUL characters or halves of characters")
    .refine(isPlain, "Field 'metadata' must not hold the keys `__proto__` and `hasOwnProperty`")
    .optional()
    .default({}),
})

export type RequestPasswordReset = z.infer<typeof RequestPasswordReset>

/** The JSON of metadata; "" where it is nested too deep to be written. */
function jsonOf(metadata: object): string {
  try {
    return JSON.stringify(metadata)
  } catch {
    return ""
  }
}

function isSmall(metadata: object): boolean {
  const size = Buffer.byteLength(jsonOf(metadata))
  return size > 0 && size <= MAX_METADATA
}

/** Postgres takes neither U+0000 nor a lone surrogate in `jsonb`. */
function isStorable(metadata: object): boolean {
  return !/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i.test(jsonOf(metadata))
}

/** Medusa's workflows walk through what they are given, and stumble over these. */
function isPlain(metadata: object): boolean {
  return !/"(?:__proto__|hasOwnProperty)":/.test(jsonOf(metadata))
}
