import { model } from "@medusajs/framework/utils"
import {
  LIVE,
  MAILS,
  PasswordResetStatus,
  SHORT_LIVED,
} from "../../../domain/database/reset-columns"
import { RESET_ID_PREFIX } from "../../../domain/database/ids"

/** Rows from before an account had an actor. They are deleted with the actor all the same. */
const ACTORLESS = "actor_id IS NULL AND auth_identity_id IS NOT NULL"

/** One row is one reset. No secret is in it: `token_hash` is the SHA-256 of a 256-bit random `jti`. */
export const PasswordReset = model
  .define("password_reset", {
    id: model.id({ prefix: RESET_ID_PREFIX }).primaryKey(),
    status: model.enum(Object.values(PasswordResetStatus)).default(PasswordResetStatus.ACCEPTED),
    /** Whose link it is. An account that holds a `user_id` always gets the `user` link. */
    actor_type: model.text(),
    /** The address as it was typed; once the reset is `ignored`, only an HMAC of it. */
    identifier: model.text().searchable(),
    /** The address as the account stores it: where the mail goes. */
    entity_id: model.text().searchable().nullable(),
    /** Id of the customer, user or other actor whom it is for. */
    actor_id: model.text().nullable(),
    mail: model.enum([...MAILS]).nullable(),
    /** BCP 47 tag of the language that the requester reads. */
    locale: model.text().nullable(),
    provider_identity_id: model.text().nullable(),
    auth_identity_id: model.text().nullable(),
    /** HMAC of the mailbox, where the mail counts on its share: nobody's identity, or no account. */
    mailbox: model.text().nullable(),
    /** Who minted the token: this plugin, or Medusa's own workflow (its row must stand, too). */
    origin: model.enum(["plugin", "core"]).default("plugin"),
    token_hash: model.text().nullable(),
    /** Of an earlier attempt whose mail may be out: it works until the mail of this one is. */
    earlier_token_hash: model.text().nullable(),
    /** Of other earlier attempts: their links are told superseded, rather than made up. */
    ended_token_hashes: model.array().nullable(),
    expires_at: model.dateTime().nullable(),
    /** What whoever started it calls it, and where that name comes from. */
    reference: model.text().searchable().nullable(),
    reference_origin: model.text().nullable(),
    /** Who started it, if not its own account: `user:<id>`, `api-key:<id>`. */
    started_by: model.text().nullable(),
    /** The dialect that it was asked for in. */
    dialect: model.text().nullable(),
    /** How long its link lives, in seconds, where that is not `tokenTtl`. */
    token_ttl: model.number().nullable(),
    /** Whether it is for those customers only whose `email` is the address that they sign in with. */
    requires_own_email: model.boolean().default(false),
    /** Whether its token was handed to whoever started it. Such a token never opens a user's account. */
    handed_out: model.boolean().default(false),
    /** What the request carried along, and the event hands on; at most 4 KB of JSON. */
    metadata: model.json().nullable(),
    /** Times that a worker has taken it up. */
    attempts: model.number().default(0),
    /** How many of them ended without anybody saying whether the mail is out. */
    unknown_attempts: model.number().default(0),
    /** The attempt that minted its token, or decided on its mail: the one whose mail may go out. */
    issued_attempt: model.number().nullable(),
    /** When a worker may take it up; while one works on it, the end of its lease. Null: no work is left. */
    due_at: model.dateTime().nullable(),
    claimed_at: model.dateTime().nullable(),
    /** When the mail of this attempt was handed to the Notification Module. */
    delivering_at: model.dateTime().nullable(),
    /** Why delivery was given up, or why the last attempt failed. */
    failure_reason: model.text().nullable(),
    issued_at: model.dateTime().nullable(),
    sent_at: model.dateTime().nullable(),
    /** When its link was first looked at. */
    checked_at: model.dateTime().nullable(),
    completed_at: model.dateTime().nullable(),
    cancelled_at: model.dateTime().nullable(),
  })
  .indexes([
    { on: ["token_hash"], unique: true, where: "token_hash IS NOT NULL" },
    { on: ["earlier_token_hash"], where: "earlier_token_hash IS NOT NULL" },
    {
      on: ["ended_token_hashes"],
      name: "IDX_password_reset_ended_token_hashes",
      type: "GIN",
      where: "ended_token_hashes IS NOT NULL",
    },
    { on: ["due_at"], name: "IDX_password_reset_due", where: "due_at IS NOT NULL" },
    { on: ["claimed_at"], where: "due_at IS NOT NULL" },
    { on: ["issued_at"], where: "issued_at IS NOT NULL" },
    { on: ["auth_identity_id"], where: `status IN ${LIVE} AND deleted_at IS NULL` },
    { on: ["auth_identity_id"], name: "IDX_password_reset_actorless", where: ACTORLESS },
    // What the jobs look for.
    { on: ["expires_at"], where: `status IN ${LIVE}` },
    { on: ["created_at"], name: "IDX_password_reset_created_at" },
    { on: ["created_at"], name: "IDX_password_reset_short_lived", where: SHORT_LIVED },
    { on: ["actor_id"], where: "actor_id IS NOT NULL" },
    { on: ["entity_id"], where: "mail <> 'reset'" },
  ])
