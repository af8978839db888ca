import type { MedusaResponse } from "@medusajs/framework/http"
import { rewriteJson } from "../../rewrite-json"

/** What is wrong with a form: messages by field. */
export type FieldErrors = Record<string, string[]>

/** Answers the faults of a form as Laravel does: all of them, and the first as `message`. */
export function sendFieldErrors(res: MedusaResponse, status: 400 | 422, errors: FieldErrors): void {
  res.status(status).json({ message: summaryOf(Object.values(errors).flat()), errors })
}

/** Sends every error in Laravel's format, those of shared guards and of Medusa itself included. */
export function useLaravelErrors(res: MedusaResponse): void {
  rewriteJson(res, (body) => (res.statusCode < 400 ? body : laravelError(res.statusCode, body)))
}

function laravelError(status: number, body: unknown) {
  const { message, errors } = body as { message: string; errors?: FieldErrors }
  if (status === 429) {
    return { message, errors: { email: [message] } } // As in Laravel's own login form.
  }
  return errors ? { message, errors } : { message }
}

function summaryOf([first = "", ...others]: string[]): string {
  const more = others.length
  return more ? `${first} (and ${more} more error${more === 1 ? "" : "s"})` : first
}
