/** Emitted when a password was changed. Carries `PasswordChangedEvent`. */
export const PASSWORD_CHANGED = "auth.password_changed"

/** Wakes the worker. Carries nothing: the row is the truth. */
export const PASSWORD_RESET_ACCEPTED = "password_reset.accepted"

export type PasswordChangedEvent = {
  auth_identity_id: string
  entity_id: string
  actor_type: string
  /** `reset`: by a link; `change`: by somebody signed in who knew the old one. */
  reason: "reset" | "change"
}

/** What `auth.password_reset` carries: the same as when Medusa's own workflow emits it. */
export type PasswordResetEvent = {
  entity_id: string
  actor_type: string
  token: string
  metadata: Record<string, unknown>
}
