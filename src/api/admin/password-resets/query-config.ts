/** What operators may see: never a hash. */
export const FIELDS = [
  "id",
  "status",
  "actor_type",
  "actor_id",
  "identifier",
  "entity_id",
  "auth_identity_id",
  "origin",
  "mail",
  "locale",
  "reference",
  "reference_origin",
  "started_by",
  "dialect",
  "metadata",
  "attempts",
  "failure_reason",
  "expires_at",
  "issued_at",
  "sent_at",
  "checked_at",
  "completed_at",
  "cancelled_at",
  "created_at",
  "updated_at",
]

export const retrieveConfig = { defaults: FIELDS, allowed: FIELDS, isList: false }

export const listConfig = { ...retrieveConfig, isList: true, defaultLimit: 20 }
