/** What happened to a reset, when and by whom. */
export type Trail = { event: string; at: Date; by?: string }[]

type Times = Record<
  "created_at" | "issued_at" | "sent_at" | "checked_at" | "completed_at" | "cancelled_at",
  Date | null
> & { started_by: string | null; origin: string }

const EVENTS = [
  ["issued", "issued_at"],
  ["sent", "sent_at"],
  ["link_checked", "checked_at"],
  ["completed", "completed_at"],
  ["cancelled", "cancelled_at"],
] as const

/** What happened to a reset, the earliest first. */
export function trailOf(reset: Times): Trail {
  const later = EVENTS.flatMap(([event, column]) => {
    const at = reset[column]
    return at ? [{ event, at }] : []
  })
  const accepted = {
    event: "accepted",
    at: reset.created_at as Date,
    by: reset.started_by ?? (reset.origin === "core" ? "medusa" : "request"),
  }
  return [accepted, ...later.sort((a, b) => a.at.getTime() - b.at.getTime())]
}
