import { Migration } from "@medusajs/framework/mikro-orm/migrations"

export class Migration20261121123000 extends Migration {
  override async up(): Promise<void> {
    this.addSql(
      `alter table if exists "password_reset" add column if not exists "reference" text null, add column if not exists "reference_origin" text null, add column if not exists "started_by" text null, add column if not exists "token_ttl" integer null, add column if not exists "dialect" text null, add column if not exists "checked_at" timestamptz null, add column if not exists "cancelled_at" timestamptz null, add column if not exists "requires_own_email" boolean not null default false, add column if not exists "handed_out" boolean not null default false;`,
    )
  }

  override async down(): Promise<void> {
    this.addSql(
      `alter table if exists "password_reset" drop column if exists "reference", drop column if exists "reference_origin", drop column if exists "started_by", drop column if exists "token_ttl", drop column if exists "dialect", drop column if exists "checked_at", drop column if exists "cancelled_at", drop column if exists "requires_own_email", drop column if exists "handed_out";`,
    )
  }
}
