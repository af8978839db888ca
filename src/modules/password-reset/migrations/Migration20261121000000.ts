import { Migration } from "@medusajs/framework/mikro-orm/migrations"

export class Migration20261121000000 extends Migration {
  override async up(): Promise<void> {
    this.addSql(
      `alter table if exists "password_reset" drop constraint if exists "password_reset_token_hash_unique";`,
    )
    this.addSql(
      `create table if not exists "password_reset" ("id" text not null, "status" text check ("status" in ('accepted', 'issued', 'sent', 'completed', 'ignored', 'superseded', 'failed')) not null default 'accepted', "actor_type" text not null, "identifier" text not null, "entity_id" text null, "provider_identity_id" text null, "auth_identity_id" text null, "origin" text check ("origin" in ('plugin', 'core')) not null default 'plugin', "token_hash" text null, "expires_at" timestamptz null, "metadata" jsonb null, "attempts" integer not null default 0, "due_at" timestamptz null, "failure_reason" text null, "issued_at" timestamptz null, "sent_at" timestamptz null, "completed_at" timestamptz null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "password_reset_pkey" primary key ("id"));`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_deleted_at" ON "password_reset" ("deleted_at") WHERE deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE UNIQUE INDEX IF NOT EXISTS "IDX_password_reset_token_hash_unique" ON "password_reset" ("token_hash") WHERE token_hash IS NOT NULL AND deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_due_at" ON "password_reset" ("due_at") WHERE status = 'accepted' AND deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_auth_identity_id" ON "password_reset" ("auth_identity_id") WHERE status IN ('issued', 'sent') AND deleted_at IS NULL;`,
    )
  }

  override async down(): Promise<void> {
    this.addSql(`drop table if exists "password_reset" cascade;`)
  }
}
