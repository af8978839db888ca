import { model } from "@medusajs/framework/utils"
import { NOTICE_ID_PREFIX } from "../../../domain/database/ids"

/**
 * One row is one mail "your password was changed". It is written in the transaction that writes the
 * password, so that its owner is told of every change.
 */
export const PasswordNotice = model
  .define("password_notice", {
    id: model.id({ prefix: NOTICE_ID_PREFIX }).primaryKey(),
    status: model.enum(["accepted", "sent", "unknown", "failed"]).default("accepted"),
    /** `reset`: by a link; `change`: by somebody signed in; `other`: by the store's own code. */
    reason: model.enum(["reset", "change", "other"]),
    auth_identity_id: model.text(),
    actor_type: model.text(),
    /** Id of the customer, user or other actor whose password it is. */
    actor_id: model.text().nullable(),
    /** The address that the account is stored under: where the mail goes. */
    entity_id: model.text(),
    /** From where it was changed, as far as that is known. */
    ip: model.text().nullable(),
    browser: model.text().nullable(),
    /** BCP 47 tag. */
    locale: model.text().nullable(),
    /** These, too, are as in `password_reset`. */
    attempts: model.number().default(0),
    unknown_attempts: model.number().default(0),
    due_at: model.dateTime().nullable(),
    claimed_at: model.dateTime().nullable(),
    failure_reason: model.text().nullable(),
    sent_at: model.dateTime().nullable(),
  })
  .indexes([
    { on: ["due_at"], where: "due_at IS NOT NULL" },
    { on: ["created_at"] },
    { on: ["actor_id"], where: "actor_id IS NOT NULL" },
  ])
