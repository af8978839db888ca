import type { PasswordResetStatus } from "./models/password-reset"

/** What is known of a reset when it is asked for. */
export type ResetRequest = {
  identifier: string
  actor_type: string
  metadata: Record<string, unknown>
}

/** A request that a worker has claimed. */
export type ClaimedReset = ResetRequest & { id: string }

/** What became of a claimed request. */
export type IssueOutcome =
  | { id: string; status: "ignored" | "superseded" }
  | { id: string; status: "failed"; failure_reason: string }
  | {
      id: string
      status: "issued"
      actor_type: string
      entity_id: string
      provider_identity_id: string
      auth_identity_id: string
      token_hash: string
      expires_at: Date
    }

/** A token on its way to its mail, with what the request carried along. */
export type IssuedToken = { token: string; metadata: Record<string, unknown> }

/** An issued reset whose mail is to go out. */
export type DeliverableReset = {
  id: string
  token_hash: string
  actor_type: string
  entity_id: string
  attempts: number
  expires_at: Date
}

/** What became of a mail. */
export type DeliveryOutcome =
  { id: string; status: "sent" } | { id: string; status: "failed"; failure_reason: string }

/** How a token stands: its own row's state, wherever it was minted. */
export type TokenState = {
  status: PasswordResetStatus
  entity_id: string
  expires_at: Date
}
