import { MedusaError } from "@medusajs/framework/utils"
import type { z } from "@medusajs/framework/zod"
import { bodyFaults, sentenceOf } from "../body-faults"
import type { Guard } from "./guard"

/**
 * Validates a body, and hands on what the schema makes of it. Medusa's own validator quotes values in
 * its message, which is logged, and fails on an object that can't be quoted.
 */
export function validateBody(schema: z.ZodType): Guard {
  return (req, _, next) => {
    const parsed = schema.safeParse(req.body ?? {})
    if (!parsed.success) {
      const message = bodyFaults(parsed.error).map(sentenceOf).join("; ")
      return next(new MedusaError(MedusaError.Types.INVALID_DATA, message))
    }
    req.validatedBody = parsed.data
    next()
  }
}
