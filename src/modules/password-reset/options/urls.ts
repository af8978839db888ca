import { z } from "@medusajs/framework/zod"

export const httpUrl = z.string().refine(isHttpUrl, "must be an absolute http(s) URL")

/** A page for each actor type. */
export const pageByActor = z.record(z.string().min(1), httpUrl).default({}).transform(byActor)

/** What the admin's part of `medusa-config.ts` says about where it lives. */
export type AdminLocation = { backendUrl?: string; path?: string }

/** Medusa's own page for a new password, where the admin's address is absolute. */
export function adminResetUrl({ backendUrl, path = "/app" }: AdminLocation): string | undefined {
  if (!backendUrl || !isHttpUrl(backendUrl)) {
    return undefined
  }
  return `${backendUrl.replace(/\/+$/, "")}${path.replace(/\/+$/, "")}/reset-password`
}

/** Actor types come from paths: `constructor` must find nothing that the store has not written. */
export function byActor<T>(entries: Record<string, T>): Record<string, T> {
  return Object.assign(Object.create(null), entries)
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text)
}
