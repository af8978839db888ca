/** What Postgres calls the types of the columns that are used, in `information_schema.columns`. */
type ColumnType = "text" | "boolean" | "jsonb" | "timestamp with time zone"

const TIME = "timestamp with time zone"

/**
 * Every table and column of Medusa's own that the statements in this folder read or write. They reach
 * past Medusa's modules because two modules share no transaction, and because their queries don't use
 * the indexes that a look-up by address needs.
 *
 * A test holds a migrated database against this list, and the statements against nothing but it. So a
 * Medusa upgrade that moves a column fails there, and names it.
 */
export const MEDUSA_TABLES = {
  provider_identity: {
    id: "text",
    provider: "text",
    entity_id: "text",
    auth_identity_id: "text",
    user_metadata: "jsonb",
    provider_metadata: "jsonb",
    created_at: TIME,
    updated_at: TIME,
    deleted_at: TIME,
  },
  auth_identity: {
    id: "text",
    app_metadata: "jsonb",
    updated_at: TIME,
    deleted_at: TIME,
  },
  auth_password_reset_token: {
    id: "text",
    auth_identity_id: "text",
    provider_identity_id: "text",
    entity_id: "text",
    token_hash: "text",
    expires_at: TIME,
    created_at: TIME,
    deleted_at: TIME,
  },
  auth_verification: {
    id: "text",
    auth_identity_id: "text",
    entity_id: "text",
    entity_type: "text",
    code_provider: "text",
    requested_at: TIME,
    verified_at: TIME,
    updated_at: TIME,
    deleted_at: TIME,
  },
  customer: {
    id: "text",
    email: "text",
    first_name: "text",
    last_name: "text",
    has_account: "boolean",
    created_at: TIME,
    deleted_at: TIME,
  },
  user: {
    id: "text",
    first_name: "text",
    last_name: "text",
    deleted_at: TIME,
  },
  notification: {
    data: "jsonb",
    idempotency_key: "text",
    deleted_at: TIME,
  },
} as const satisfies Record<string, Record<string, ColumnType>>
