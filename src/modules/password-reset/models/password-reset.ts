import { model } from "@medusajs/framework/utils"

/** From asking to done; every state after `sent` is an end. */
export const PasswordResetStatus = {
  /** Asked for; the account has not been looked for yet. */
  ACCEPTED: "accepted",
  /** The token exists and `auth.password_reset` has been emitted. */
  ISSUED: "issued",
  /** A notification provider has taken the mail. */
  SENT: "sent",
  /** The password has been set. */
  COMPLETED: "completed",
  /** There is no account to mail. */
  IGNORED: "ignored",
  /** Another request, whose link works or worked, has taken its place; or a new password. */
  SUPERSEDED: "superseded",
  /** Delivery was given up; `failure_reason` says why. */
  FAILED: "failed",
} as const

export type PasswordResetStatus = (typeof PasswordResetStatus)[keyof typeof PasswordResetStatus]

/** One row is one reset. No secret is in it: `token_hash` is the SHA-256 of a 256-bit random `jti`. */
export const PasswordReset = model
  .define("password_reset", {
    id: model.id({ prefix: "pwres" }).primaryKey(),
    status: model.enum(Object.values(PasswordResetStatus)).default(PasswordResetStatus.ACCEPTED),
    /** Whose link it is. An account that holds a `user_id` always gets the `user` link. */
    actor_type: model.text(),
    /** The address as it was typed. */
    identifier: model.text(),
    /** The address as the account stores it: where the mail goes. */
    entity_id: model.text().nullable(),
    provider_identity_id: model.text().nullable(),
    auth_identity_id: model.text().nullable(),
    /** Who minted the token: this plugin, or Medusa's own workflow (its row must stand, too). */
    origin: model.enum(["plugin", "core"]).default("plugin"),
    token_hash: model.text().nullable(),
    expires_at: model.dateTime().nullable(),
    /** What the request carried along, handed on with the event; at most 4 KB of JSON. */
    metadata: model.json().nullable(),
    /** Times that a token was minted for it. */
    attempts: model.number().default(0),
    /** When a worker may take it up; while one works on it, the end of its lease. */
    due_at: model.dateTime().nullable(),
    failure_reason: model.text().nullable(),
    issued_at: model.dateTime().nullable(),
    sent_at: model.dateTime().nullable(),
    completed_at: model.dateTime().nullable(),
  })
  .indexes([
    { on: ["token_hash"], unique: true, where: "token_hash IS NOT NULL" },
    { on: ["due_at"], where: "status = 'accepted' AND deleted_at IS NULL" },
    { on: ["issued_at"], where: "issued_at IS NOT NULL" },
    { on: ["auth_identity_id"], where: "status IN ('issued', 'sent') AND deleted_at IS NULL" },
  ])
