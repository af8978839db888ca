import type { MedusaContainer } from "@medusajs/framework/types"
import { isResetId } from "../../../domain/database/ids"
import { PASSWORD_RESET_MODULE } from "../../../modules/password-reset"
import { refusal } from "./errors"
import type { ListQuery } from "./query"

/** The columns that the dialect shows: never a hash. */
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

/** A reset, as far as the dialect shows it. */
export type Reset = {
  id: string
  entity_id: string | null
  completed_at: Date | null
  created_at: Date
  updated_at: Date
  reference: string | null
  reference_origin: string | null
  metadata: Record<string, unknown> | null
}

/**
 * The resets that the dialect shows: those of customers that have had a token, in whatever way they were
 * requested. A cancelled reset counts as deleted.
 */
const VISIBLE = { actor_type: "customer", token_hash: { $ne: null }, status: { $ne: "cancelled" } }

/** @throws Refusal 404 */
export async function retrieveReset(id: string, scope: MedusaContainer): Promise<Reset> {
  const [reset] = isResetId(id)
    ? await scope
        .resolve(PASSWORD_RESET_MODULE)
        .listPasswordResets({ ...VISIBLE, id } as never, { select: COLUMNS as never })
    : []
  if (!reset) {
    throw refusal("RECORD_NOT_FOUND", `The record identified by ${id} could not be found.`)
  }
  return reset as unknown as Reset
}

/** One page of resets, and the count of all that match the filter. */
export async function listResets(
  { filter, order, page }: Pick<ListQuery, "filter" | "order" | "page">,
  scope: MedusaContainer,
): Promise<[Reset[], number]> {
  const [resets, count] = await scope
    .resolve(PASSWORD_RESET_MODULE)
    .listAndCountPasswordResets({ ...VISIBLE, ...filter } as never, {
      select: COLUMNS as never,
      order,
      skip: (page.number - 1) * page.size,
      take: page.size,
    })
  return [resets as unknown as Reset[], count]
}
