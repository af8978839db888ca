import type { MedusaNextFunction, MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import type { z } from "@medusajs/framework/zod"

/**
 * Validates a body and hands on what the schema makes of it. Medusa's own validator quotes values in
 * its message, which is logged, and fails on an object that can't be quoted.
 */
export function validateBody(schema: z.ZodType) {
  return (req: MedusaRequest, _: MedusaResponse, next: MedusaNextFunction) => {
    const parsed = schema.safeParse(req.body ?? {})
    if (!parsed.success) {
      const faults = parsed.error.issues.map(describe)
      return next(new MedusaError(MedusaError.Types.INVALID_DATA, faults.join("; ")))
    }
    req.validatedBody = parsed.data
    next()
  }
}

function describe({ path, message }: z.core.$ZodIssue): string {
  return !path.length || message.startsWith("Field ")
    ? message
    : `Field '${path.join(".")}': ${message}`
}
