import { Migration } from "@medusajs/framework/mikro-orm/migrations"

/**
 * All tables of the plugin. Medusa remembers migrations of all modules by their names alone, so the
 * name carries the plugin's: a store's own migration of the same second must not be taken for it.
 */
export class Migration20261126013144_PasswordResetPlugin extends Migration {
  override async up(): Promise<void> {
    this.addSql(
      `create table if not exists "password_notice" ("id" text not null, "status" text check ("status" in ('accepted', 'sent', 'unknown', 'failed')) not null default 'accepted', "reason" text check ("reason" in ('reset', 'change', 'other')) not null, "auth_identity_id" text not null, "actor_type" text not null, "actor_id" text null, "entity_id" text not null, "ip" text null, "browser" text null, "locale" text null, "attempts" integer not null default 0, "unknown_attempts" integer not null default 0, "due_at" timestamptz null, "claimed_at" timestamptz null, "failure_reason" text null, "sent_at" timestamptz null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "password_notice_pkey" primary key ("id"));`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_notice_deleted_at" ON "password_notice" ("deleted_at") WHERE deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_notice_due_at" ON "password_notice" ("due_at") WHERE due_at IS NOT NULL AND deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_notice_created_at" ON "password_notice" ("created_at") WHERE deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_notice_actor_id" ON "password_notice" ("actor_id") WHERE actor_id IS NOT NULL AND deleted_at IS NULL;`,
    )
    this.addSql(
      `create table if not exists "password_reset" ("id" text not null, "status" text check ("status" in ('accepted', 'issued', 'sent', 'unknown', 'completed', 'ignored', 'superseded', 'expired', 'cancelled', 'failed')) not null default 'accepted', "actor_type" text not null, "identifier" text not null, "entity_id" text null, "actor_id" text null, "mail" text check ("mail" in ('reset', 'otherSignIn', 'register', 'noAccount')) null, "locale" text null, "provider_identity_id" text null, "auth_identity_id" text null, "mailbox" text null, "origin" text check ("origin" in ('plugin', 'core')) not null default 'plugin', "token_hash" text null, "earlier_token_hash" text null, "ended_token_hashes" text[] null, "expires_at" timestamptz null, "reference" text null, "reference_origin" text null, "started_by" text null, "dialect" text null, "token_ttl" integer null, "requires_own_email" boolean not null default false, "handed_out" boolean not null default false, "metadata" jsonb null, "attempts" integer not null default 0, "unknown_attempts" integer not null default 0, "issued_attempt" integer null, "due_at" timestamptz null, "claimed_at" timestamptz null, "delivering_at" timestamptz null, "failure_reason" text null, "issued_at" timestamptz null, "sent_at" timestamptz null, "checked_at" timestamptz null, "completed_at" timestamptz null, "cancelled_at" timestamptz null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "password_reset_pkey" primary key ("id"));`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_deleted_at" ON "password_reset" ("deleted_at") WHERE deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE UNIQUE INDEX IF NOT EXISTS "IDX_password_reset_token_hash_unique" ON "password_reset" ("token_hash") WHERE token_hash IS NOT NULL AND deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_earlier_token_hash" ON "password_reset" ("earlier_token_hash") WHERE earlier_token_hash IS NOT NULL AND deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_ended_token_hashes" ON "password_reset" USING GIN ("ended_token_hashes") WHERE ended_token_hashes IS NOT NULL AND deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_due" ON "password_reset" ("due_at") WHERE due_at IS NOT NULL AND deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_claimed_at" ON "password_reset" ("claimed_at") WHERE due_at IS NOT NULL AND deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_issued_at" ON "password_reset" ("issued_at") WHERE issued_at IS NOT NULL AND deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_auth_identity_id" ON "password_reset" ("auth_identity_id") WHERE status IN ('issued', 'sent', 'unknown') AND deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_actorless" ON "password_reset" ("auth_identity_id") WHERE actor_id IS NULL AND auth_identity_id IS NOT NULL AND deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_expires_at" ON "password_reset" ("expires_at") WHERE status IN ('issued', 'sent', 'unknown') AND deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_created_at" ON "password_reset" ("created_at") WHERE deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_short_lived" ON "password_reset" ("created_at") WHERE (status = 'ignored' OR mail = 'noAccount') AND deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_actor_id" ON "password_reset" ("actor_id") WHERE actor_id IS NOT NULL AND deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_entity_id" ON "password_reset" ("entity_id") WHERE mail <> 'reset' AND deleted_at IS NULL;`,
    )
    // The last three have no model: a library and plain SQL read and write them.
    // What rate-limiter-flexible counts in; its statements name no columns, so their order matters.
    this.addSql(
      `create table if not exists "password_reset_throttle" ("key" varchar(255) not null, "points" integer not null default 0, "expire" bigint null, constraint "password_reset_throttle_pkey" primary key ("key"));`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_throttle_expire" ON "password_reset_throttle" ("expire");`,
    )
    // From where people have signed in, as HMACs: see KnownClients.
    this.addSql(
      `create table if not exists "password_reset_known_client" ("account" text not null, "client" text not null, "seen_at" timestamptz not null default now(), constraint "password_reset_known_client_pkey" primary key ("account", "client"));`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_known_client_seen_at" ON "password_reset_known_client" ("seen_at");`,
    )
    // Since when sessions of an account count as ended: see SessionCutoffs.
    this.addSql(
      `create table if not exists "password_reset_cutoff" ("auth_identity_id" text not null, "generation" integer not null, "changed_at" timestamptz not null, "changed_in" bigint not null, constraint "password_reset_cutoff_pkey" primary key ("auth_identity_id"));`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_cutoff_changed_in" ON "password_reset_cutoff" ("changed_in");`,
    )
  }

  override async down(): Promise<void> {
    this.addSql(`drop table if exists "password_reset_cutoff" cascade;`)
    this.addSql(`drop table if exists "password_reset_known_client" cascade;`)
    this.addSql(`drop table if exists "password_reset_throttle" cascade;`)
    this.addSql(`drop table if exists "password_reset" cascade;`)
    this.addSql(`drop table if exists "password_notice" cascade;`)
  }
}
