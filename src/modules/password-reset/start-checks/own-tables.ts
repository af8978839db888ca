import { OwnTables } from "../../../domain/database/own-tables"
import type { StartContext } from "./check"

/** Looks for the tables of the plugin. Without them, the other checks of the database say nothing new. */
export async function checkOwnTables({ knex }: StartContext): Promise<string | undefined> {
  return (await new OwnTables(knex).areMissing())
    ? "its tables are missing, so resets answer 503; logins work. Run `npx medusa db:migrate`: no restart is needed"
    : undefined
}
