import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { isResetId } from "../../../domain/database/ids"
import { PASSWORD_RESET_MODULE } from "../../../modules/password-reset"
import { refusal } from "./errors"
import { TYPE } from "./json-api"
import { type Fields, readFields } from "./query"

/** What the dialect tells of a reset: never a hash. */
const COLUMNS = [
  "id",
  "entity_id",
  "completed_at",
  "created_at",
  "updated_at",
  "reference",
  "reference_origin",
  "metadata",
]

type Reset = {
  id: string
  entity_id: string | null
  completed_at: Date | null
  created_at: Date
  updated_at: Date
  reference: string | null
  reference_origin: string | null
  metadata: Record<string, unknown> | null
}

/** Resets of customers that have had a token, however they were asked for; a cancelled one is deleted. */
const SHOWN = { actor_type: "customer", token_hash: { $ne: null }, status: { $ne: "cancelled" } }

/**
 * The reset that the path names.
 *
 * @throws Refusal 404
 */
export async function findReset(req: MedusaRequest, id = req.params.id as string): Promise<Reset> {
  const [reset] = isResetId(id)
    ? await req.scope
        .resolve(PASSWORD_RESET_MODULE)
        .listPasswordResets({ ...SHOWN, id } as never, { select: COLUMNS as never })
    : []
  if (!reset) {
    throw refusal("RECORD_NOT_FOUND", `The record identified by ${id} could not be found.`)
  }
  return reset as unknown as Reset
}

/** @param filter besides what is shown at all */
export async function list(
  req: MedusaRequest,
  filter: Record<string, unknown>,
  page: { take: number; skip?: number; order?: Record<string, "ASC" | "DESC"> },
): Promise<[Reset[], number]> {
  const [resets, count] = await req.scope
    .resolve(PASSWORD_RESET_MODULE)
    .listAndCountPasswordResets({ ...SHOWN, ...filter } as never, {
      select: COLUMNS as never,
      ...page,
    })
  return [resets as unknown as Reset[], count]
}

/** Answers one reset. */
export function sendReset(req: MedusaRequest, res: MedusaResponse, reset: Reset, token?: string) {
  res.json({ data: resourceOf(req, reset, readFields(req.query), token) })
}

/**
 * A reset as a resource object.
 *
 * @param token where it is handed out: this once
 */
export function resourceOf(req: MedusaRequest, reset: Reset, fields: Fields, token?: string) {
  const self = `${req.protocol}://${req.get("host")}/api/${TYPE}/${reset.id}`
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
    type: TYPE,
    links: { self },
    attributes: only(fields, attributes),
    relationships: only(fields, relationships),
    meta: { mode: process.env.NODE_ENV === "production" ? "live" : "test" },
  }
}

function linksTo(self: string, name: string) {
  return { links: { self: `${self}/relationships/${name}`, related: `${self}/${name}` } }
}

function only<T extends object>(fields: Fields, members: T): Partial<T> {
  const asked = Object.entries(members).filter(([name]) => fields?.has(name) ?? true)
  return Object.fromEntries(asked) as Partial<T>
}
