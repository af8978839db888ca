import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { RESOURCE_TYPE } from "./resource-type"
import { type Fields, readFields } from "./query"
import type { Reset } from "./resets"

/** Answers one reset. */
export function sendReset(req: MedusaRequest, res: MedusaResponse, reset: Reset, token?: string) {
  res.json({ data: resourceOf(req, reset, readFields(req.query), token) })
}

/**
 * A reset as a resource object.
 *
 * @param token which is in the response to its request, and in no later one
 */
export function resourceOf(req: MedusaRequest, reset: Reset, fields: Fields, token?: string) {
  const self = `${req.protocol}://${req.get("host")}/api/${RESOURCE_TYPE}/${reset.id}`
  const attributes = {
    customer_email: reset.entity_id,
    reset_password_token: token ?? null,
    reset_password_at: reset.completed_at,
    created_at: reset.created_at,
    updated_at: reset.updated_at,
    reference: reset.reference,
    reference_origin: reset.reference_origin,
    metadata: reset.metadata ?? {},
  }
  const relationships = {
    customer: linksTo(self, "customer"),
    events: linksTo(self, "events"),
  }
  return {
    id: reset.id,
    type: RESOURCE_TYPE,
    links: { self },
    attributes: pick(fields, attributes),
    relationships: pick(fields, relationships),
    meta: { mode: process.env.NODE_ENV === "production" ? "live" : "test" },
  }
}

function linksTo(self: string, name: string) {
  return { links: { self: `${self}/relationships/${name}`, related: `${self}/${name}` } }
}

/** The members that are asked for. */
function pick<T extends object>(fields: Fields, members: T): Partial<T> {
  const asked = Object.entries(members).filter(([name]) => fields?.has(name) ?? true)
  return Object.fromEntries(asked) as Partial<T>
}
