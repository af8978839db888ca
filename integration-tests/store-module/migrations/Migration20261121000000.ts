import { Migration } from "@medusajs/framework/mikro-orm/migrations"

/** What a store's own module may bring: a migration that is named after a round time. */
export class Migration20261121000000 extends Migration {
  override async up(): Promise<void> {
    this.addSql(`create table if not exists "store_brand" ("id" text not null primary key);`)
  }

  override async down(): Promise<void> {
    this.addSql(`drop table if exists "store_brand";`)
  }
}
