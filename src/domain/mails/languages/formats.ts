/**
 * Writes a duration in hours if they are whole, else in minutes: "24 hours", "15 minutes".
 *
 * @param locale BCP 47 language tag; English is used where Node has no data for it
 */
export function formatDuration(seconds: number, locale: string): string {
  const minutes = Math.max(1, Math.round(seconds / 60))
  const [value, unit] = minutes % 60 === 0 ? [minutes / 60, "hour"] : [minutes, "minute"]
  const options = { style: "unit", unit, unitDisplay: "long" } as const
  return new Intl.NumberFormat([locale, "en"], options).format(value)
}

/**
 * Writes a moment to the minute, with its time zone: "21 November 2026 at 12:02 CET".
 *
 * @param timeZone IANA name, such as "Europe/Vienna"
 */
export function formatMoment(at: Date, locale: string, timeZone: string): string {
  return new Intl.DateTimeFormat([locale, "en"], {
    year: "numeric",
    month: "long",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZone,
    timeZoneName: "short",
  }).format(at)
}

/** Joins items as a sentence does: "Google, GitHub and Apple". */
export function formatList(items: string[], locale: string): string {
  return new Intl.ListFormat([locale, "en"], { type: "conjunction" }).format(items)
}
