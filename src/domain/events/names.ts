/** Emitted after a password was changed. Carries a `PasswordChangedEvent`. */
export const PASSWORD_CHANGED = "auth.password_changed"

/** Wakes up the worker after a request was accepted. Carries no data: the worker reads the rows. */
export const PASSWORD_RESET_ACCEPTED = "password_reset.accepted"

/** What `auth.password_changed` carries. */
export type PasswordChangedEvent = {
  auth_identity_id: string
  /** The account's address. */
  entity_id: string
  actor_type: string
  /** `reset`: with a reset token; `change`: by a signed-in actor with the old password. */
  reason: "reset" | "change"
}

/** What `auth.password_reset` carries: the same as the event of Medusa's own workflow. */
export type PasswordResetEvent = {
  entity_id: string
  actor_type: string
  /** The reset token. A secret: it must not be logged or stored. */
  token: string
  /** The `metadata` of the request. */
  metadata: Record<string, unknown>
}
