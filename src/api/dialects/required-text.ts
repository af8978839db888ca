import { z } from "@medusajs/framework/zod"

/**
 * A field that must hold more than white space.
 *
 * @param missing the message where there is nothing in it
 * @param invalid the message where it holds no text
 */
export function requiredText(missing: string, invalid: string) {
  return z
    .string({ error: ({ input }) => ((input ?? null) === null ? missing : invalid) })
    .refine((text) => text.trim() !== "", { error: missing, abort: true })
}
