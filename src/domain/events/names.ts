/** A password has been changed, by a link or by its owner. Carries a `PasswordChangedEvent`. */
export const PASSWORD_CHANGED = "auth.password_changed"

/** Wakes the worker up. It carries nothing: the row is the truth. */
export const PASSWORD_RESET_ACCEPTED = "password_reset.accepted"

/**
 * What Medusa's `auth.password_reset` (`AuthWorkflowEvents.PASSWORD_RESET`) carries: the same whether
 * this plugin emits it or Medusa's own workflow.
 */
export type PasswordResetEvent = {
  entity_id: string
  actor_type: string
  token: string
  metadata: Record<string, unknown>
}

/** What `auth.password_changed` carries. */
export type PasswordChangedEvent = {
  auth_identity_id: string
  entity_id: string
  actor_type: string
  /** `reset`: by a link; `change`: by somebody signed in who knew the old one. */
  reason: "reset" | "change"
}
