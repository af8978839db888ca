import type { AuthenticationInput } from "@medusajs/framework/types"

/**
 * The email and the password of a request. Whatever is missing or no text comes back as "", which Medusa's
 * own provider refuses.
 */
export function credentialsIn({ body }: AuthenticationInput): { email: string; password: string } {
  return { email: textOf(body?.email), password: textOf(body?.password) }
}

/** The same request with another email. */
export function withEmail(input: AuthenticationInput, email: string): AuthenticationInput {
  return { ...input, body: { ...input.body, email } }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : ""
}
