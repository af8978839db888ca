import { Migration } from "@medusajs/framework/mikro-orm/migrations"

/** Mails that are tried again, mails of other kinds than the link, and how long rows are kept. */
export class Migration20261121110000 extends Migration {
  override async up(): Promise<void> {
    this.addSql(
      `create table if not exists "password_notice" ("id" text not null, "status" text check ("status" in ('accepted', 'sent', 'failed')) not null default 'accepted', "reason" text check ("reason" in ('reset', 'change', 'other')) not null, "auth_identity_id" text not null, "actor_type" text not null, "actor_id" text null, "entity_id" text not null, "ip" text null, "browser" text null, "locale" text null, "attempts" integer not null default 0, "due_at" timestamptz null, "claimed_at" timestamptz null, "failure_reason" text null, "sent_at" timestamptz null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "password_notice_pkey" primary key ("id"));`,
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
      `alter table if exists "password_reset" drop constraint if exists "password_reset_status_check";`,
    )

    this.addSql(
      `alter table if exists "password_reset" add column if not exists "actor_id" text null, add column if not exists "mail" text check ("mail" in ('reset', 'otherSignIn', 'register', 'noAccount')) null, add column if not exists "locale" text null, add column if not exists "issued_attempt" integer null, add column if not exists "claimed_at" timestamptz null, add column if not exists "delivering_at" timestamptz null;`,
    )
    this.addSql(
      `alter table if exists "password_reset" add constraint "password_reset_status_check" check("status" in ('accepted', 'issued', 'sent', 'completed', 'ignored', 'superseded', 'expired', 'cancelled', 'failed'));`,
    )
    this.addSql(`drop index if exists "IDX_password_reset_due_at";`)
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_due" ON "password_reset" ("due_at") WHERE due_at IS NOT NULL AND deleted_at IS NULL;`,
    )
    // What an older version had issued, and lost the mail of, is nobody's work any more.
    this.addSql(
      `update "password_reset" set "mail" = 'reset', "issued_attempt" = "attempts" where "token_hash" is not null;`,
    )
    this.addSql(`update "password_reset" set "due_at" = null where "status" <> 'accepted';`)
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_claimed_at" ON "password_reset" ("claimed_at") WHERE due_at IS NOT NULL AND deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_expires_at" ON "password_reset" ("expires_at") WHERE status IN ('issued', 'sent') AND deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_created_at" ON "password_reset" ("created_at") WHERE deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_short_lived" ON "password_reset" ("created_at") WHERE (status = 'ignored' OR mail = 'noAccount') AND deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_actorless" ON "password_reset" ("auth_identity_id") WHERE actor_id IS NULL AND auth_identity_id IS NOT NULL AND deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_actor_id" ON "password_reset" ("actor_id") WHERE actor_id IS NOT NULL AND deleted_at IS NULL;`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_entity_id" ON "password_reset" ("entity_id") WHERE mail <> 'reset' AND deleted_at IS NULL;`,
    )
  }

  override async down(): Promise<void> {
    this.addSql(`drop table if exists "password_notice" cascade;`)

    this.addSql(
      `alter table if exists "password_reset" drop constraint if exists "password_reset_status_check";`,
    )

    this.addSql(
      `update "password_reset" set "status" = 'superseded' where "status" in ('expired', 'cancelled');`,
    )
    this.addSql(`drop index if exists "IDX_password_reset_due";`)
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_due_at" ON "password_reset" ("due_at") WHERE status = 'accepted' AND deleted_at IS NULL;`,
    )
    this.addSql(`drop index if exists "IDX_password_reset_claimed_at";`)
    this.addSql(`drop index if exists "IDX_password_reset_expires_at";`)
    this.addSql(`drop index if exists "IDX_password_reset_created_at";`)
    this.addSql(`drop index if exists "IDX_password_reset_short_lived";`)
    this.addSql(`drop index if exists "IDX_password_reset_actorless";`)
    this.addSql(`drop index if exists "IDX_password_reset_actor_id";`)
    this.addSql(`drop index if exists "IDX_password_reset_entity_id";`)
    this.addSql(
      `alter table if exists "password_reset" drop column if exists "actor_id", drop column if exists "mail", drop column if exists "locale", drop column if exists "issued_attempt", drop column if exists "claimed_at", drop column if exists "delivering_at";`,
    )

    this.addSql(
      `alter table if exists "password_reset" add constraint "password_reset_status_check" check("status" in ('accepted', 'issued', 'sent', 'completed', 'ignored', 'superseded', 'failed'));`,
    )
  }
}
