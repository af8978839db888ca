import { Migration } from "@medusajs/framework/mikro-orm/migrations"

/** Two tables without a model: a library and plain SQL read and write them. */
export class Migration20261121070000 extends Migration {
  override async up(): Promise<void> {
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_issued_at" ON "password_reset" ("issued_at") WHERE issued_at IS NOT NULL AND deleted_at IS NULL;`,
    )
    // What rate-limiter-flexible counts in; its statements name no columns, so their order matters.
    this.addSql(
      `create table if not exists "password_reset_throttle" ("key" varchar(255) not null, "points" integer not null default 0, "expire" bigint null, constraint "password_reset_throttle_pkey" primary key ("key"));`,
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_password_reset_throttle_expire" ON "password_reset_throttle" ("expire");`,
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
    this.addSql(`drop table if exists "password_reset_throttle" cascade;`)
    this.addSql(`drop index if exists "IDX_password_reset_issued_at";`)
  }
}
