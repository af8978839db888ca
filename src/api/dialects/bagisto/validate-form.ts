import type { z } from "@medusajs/framework/zod"
import { isObject } from "../../../domain/is-object"
import { bodyFaults } from "../../body-faults"
import type { Guard } from "../../guards/guard"
import { type FieldErrors, sendFieldErrors } from "./error-responses"

/** Validates a form, and hands on what the schema makes of it. Unknown fields are ignored. */
export function validateForm(schema: z.ZodType, status: 400 | 422): Guard {
  return (req, res, next) => {
    const parsed = schema.safeParse(isObject(req.body) ? req.body : {})
    if (!parsed.success) {
      return sendFieldErrors(res, status, byField(parsed.error))
    }
    req.validatedBody = parsed.data
    next()
  }
}

function byField(error: z.ZodError): FieldErrors {
  const errors: FieldErrors = {}
  for (const { field, message } of bodyFaults(error)) {
    errors[field] = [...(errors[field] ?? []), message]
  }
  return errors
}
