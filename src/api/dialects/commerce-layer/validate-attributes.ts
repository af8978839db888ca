import type { z } from "@medusajs/framework/zod"
import { isObject } from "../../../domain/is-object"
import { type BodyFault, bodyFaults } from "../../body-faults"
import type { Guard } from "../../guards/guard"
import { attributeError, type JsonApiError, Refusal, refusal } from "./errors"
import { RESOURCE_TYPE } from "./resource-type"
import { BLANK } from "./validators"

/** Validates a document of one resource, and hands on what the schema makes of its attributes. */
export function validateAttributes(schema: z.ZodObject): Guard {
  return (req, _, next) => {
    const data = dataOf(req.body, req.params.id)
    const attributes = data.attributes ?? {}
    if (!isObject(attributes)) {
      throw malformed("/data/attributes")
    }
    const unknown = [
      ...Object.keys(attributes).filter((name) => !Object.hasOwn(schema.shape, name)),
      ...Object.keys(data.relationships ?? {}),
    ]
    if (unknown.length) {
      throw refusal("PARAM_NOT_ALLOWED", `${unknown.join(", ")} is not allowed.`)
    }
    const parsed = schema.safeParse(attributes)
    if (!parsed.success) {
      throw new Refusal(bodyFaults(parsed.error).map(errorFor) as [JsonApiError])
    }
    req.validatedBody = parsed.data
    next()
  }
}

/**
 * The resource in a document.
 *
 * @param id of the resource, where the path names one
 * @throws Refusal 400
 */
function dataOf(body: unknown, id: string | undefined): Record<string, unknown> {
  const data = isObject(body) ? body.data : undefined
  if (!isObject(data)) {
    throw malformed("/data")
  }
  if (data.type !== RESOURCE_TYPE) {
    throw refusal("INVALID_RESOURCE", `The type must be ${RESOURCE_TYPE}.`, {
      pointer: "/data/type",
    })
  }
  if (id !== undefined && data.id !== id) {
    throw refusal("KEY_NOT_INCLUDED_IN_URL", "The id must be the one in the URL.", {
      pointer: "/data/id",
    })
  }
  return data
}

function malformed(pointer: string): Refusal {
  return refusal("INVALID_DATA_FORMAT", `${pointer} must be an object.`, { pointer })
}

function errorFor({ field, message }: BodyFault): JsonApiError {
  return attributeError(field, message, message === BLANK ? "blank" : "invalid")
}
