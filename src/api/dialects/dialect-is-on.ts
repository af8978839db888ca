import { container } from "@medusajs/framework"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import type { Dialect } from "../../modules/password-reset/options/schema"

/**
 * Whether the store speaks a dialect. For `defineFileConfig({ path: __filename, isDisabled })` in the
 * dialect's routes, which then are as if they were not there; Medusa asks while it loads routes.
 */
export function dialectIsOn(dialect: Dialect): boolean {
  return container.resolve(PASSWORD_RESET_MODULE).options.dialects.includes(dialect)
}
