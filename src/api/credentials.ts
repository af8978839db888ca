import type { MedusaRequest } from "@medusajs/framework/http"

/** What somebody signs in or registers with. */
export type Credentials = { email?: string; password?: string }

/** The credentials in a body, as far as they are strings. Medusa itself names whatever is wrong with them. */
export function credentialsIn({ body }: Pick<MedusaRequest, "body">): Credentials {
  const { email, password } = (body ?? {}) as Record<string, unknown>
  return { email: textOrNone(email), password: textOrNone(password) }
}

function textOrNone(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined
}
