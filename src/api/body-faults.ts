import type { z } from "@medusajs/framework/zod"

/**
 * What is wrong with a field of a body. The message never quotes the value, which may be a password:
 * messages are answered and logged.
 */
export type BodyFault = { field: string; message: string }

/** The faults that a schema has found; `field` is empty for a fault of the body as a whole. */
export function bodyFaults({ issues }: z.ZodError): BodyFault[] {
  return issues.map(({ path, message }) => ({ field: path.join("."), message }))
}

/**
 * A fault as a sentence. The plugin's own messages go on from the field's name, as in "must not be
 * empty"; zod's are sentences of their own.
 */
export function sentenceOf({ field, message }: BodyFault): string {
  const isPredicate = /^[a-z]/.test(message)
  return field ? `Field '${field}'${isPredicate ? "" : ":"} ${message}` : message
}
