import { z } from "@medusajs/framework/zod"
import { faultInPage } from "../../../domain/tokens/reset-link"

/** An absolute URL with `http` or `https`. "https:///reset", where a variable was empty, has no host. */
export const httpUrl = z.string().refine(isHttpUrl, "must be an absolute http(s) URL")

/** The URL of a page that a link leads to, with or without placeholders: see `buildResetLink`. */
export const resetPage = z.string().superRefine((page, context) => {
  const message = faultInPage(page)
  if (message) {
    context.addIssue({ code: "custom", message })
  }
})

/** Pages by actor type. */
export const pageByActor = z.record(z.string().min(1), httpUrl).default({}).transform(byActor)

/** Where Medusa's admin is served, as `admin` in `medusa-config.ts` says. */
export type AdminLocation = { backendUrl?: string; path?: string }

/**
 * Medusa's own page for choosing a new password.
 *
 * @returns undefined unless `backendUrl` is an absolute URL
 */
export function adminResetUrl({ backendUrl, path = "/app" }: AdminLocation): string | undefined {
  if (!backendUrl || !isHttpUrl(backendUrl)) {
    return undefined
  }
  return `${backendUrl.replace(/\/+$/, "")}${path.replace(/\/+$/, "")}/reset-password`
}

/**
 * Copies entries into an object without a prototype. Actor types come from request paths, so a look-up of
 * `constructor` must find nothing.
 */
export function byActor<T>(entries: Record<string, T>): Record<string, T> {
  return Object.assign(Object.create(null), entries)
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\/[^/]/i.test(text) && URL.canParse(text)
}
