import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { ConfigModule } from "@medusajs/framework/types"
import type { PasswordResetOptions } from "../options/schema"

/** What a check looks at. */
export type StartContext = { config: ConfigModule; options: PasswordResetOptions; knex: Knex }

/**
 * Looks for one mistake in how the store is set up.
 *
 * @returns one line for the log: what is wrong, what follows from it, and what to write instead; undefined
 * where nothing is wrong
 */
export type StartCheck = (context: StartContext) => string | undefined | Promise<string | undefined>
