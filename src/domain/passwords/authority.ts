import type { ClientDescription } from "./notice-repository"

/**
 * The key under which this plugin's workflows tell `updateProvider` by what right they write a password.
 *
 * It is a symbol because Medusa's own route passes request bodies to `updateProvider`: JSON cannot carry a
 * symbol, so no request can claim a right. See docs/adr/0006-authority-under-a-symbol.md.
 */
export const AUTHORITY = Symbol.for("medusa-plugin-password-reset.authority")

/**
 * The right to write a password: a token to spend, or an old password to compare. Whoever passes it has
 * already checked the new password against the password rules.
 */
export type Authority = { actor_type: string; client?: ClientDescription } & (
  { by: "token"; token_hash: string } | { by: "old_password"; old_password: string }
)

/** What this plugin's workflows pass to `authModule.updateProvider("emailpass", …)`. */
export type PasswordUpdate = {
  entity_id: string
  password: string
  /** Without it, the call counts as the store's own code, and the provider checks the password itself. */
  [AUTHORITY]?: Authority
}
