import { z } from "@medusajs/framework/zod"

/** The longest address that mail can be sent to (RFC 5321: 64 before the @, 255 after). */
const MAX_IDENTIFIER = 320
/** Bytes of JSON. */
const MAX_METADATA = 4096

/** The body of a request for a reset. */
export const RequestPasswordReset = z.object({
  identifier: z
    .string()
    .max(MAX_IDENTIFIER)
    .refine((identifier) => identifier.trim() !== "", "Field 'identifier' must not be empty")
    .refine(
      (identifier) => !/\p{Cc}/u.test(identifier.trim()),
      "Field 'identifier' must not hold control characters",
    ),
  metadata: z
    .record(z.string(), z.unknown())
    .refine(
      (metadata) => Buffer.byteLength(JSON.stringify(metadata)) <= MAX_METADATA,
      `Field 'metadata' must not be larger than ${MAX_METADATA} bytes of JSON`,
    )
    .refine(isStorable, "Field 'metadata' must not hold NUL characters or halves of characters")
    .optional()
    .default({}),
})

export type RequestPasswordReset = z.infer<typeof RequestPasswordReset>

/** Postgres takes neither U+0000 nor a lone surrogate in `jsonb`. */
function isStorable(metadata: object): boolean {
  return !/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i.test(JSON.stringify(metadata))
}
