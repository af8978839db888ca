import type { MedusaResponse } from "@medusajs/framework/http"

/** What is wrong with the fields of a form, by field. */
export type FieldErrors = Record<string, string[]>

/** Answers faults of a form as Laravel does: all of them, and the first as `message`. */
export function sendFieldErrors(res: MedusaResponse, status: 400 | 422, errors: FieldErrors): void {
  res.status(status).json({ message: summaryOf(Object.values(errors).flat()), errors })
}

/** Brings every error into Laravel's shape: also those of shared middlewares, and of Medusa itself. */
export function speakLaravel(res: MedusaResponse): void {
  const answer = res.json.bind(res)
  res.json = (body) => answer(res.statusCode < 400 ? body : inLaravel(res.statusCode, body))
}

function inLaravel(status: number, body: unknown) {
  const { message, errors } = body as { message: string; errors?: FieldErrors }
  if (status === 429) {
    return { message, errors: { email: [message] } } // As Laravel's own login form has it.
  }
  return errors ? { message, errors } : { message }
}

function summaryOf([first = "", ...others]: string[]): string {
  const more = others.length
  return more ? `${first} (and ${more} more error${more === 1 ? "" : "s"})` : first
}
