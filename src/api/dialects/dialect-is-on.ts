import { container } from "@medusajs/framework"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import type { Dialect } from "../../modules/password-reset/options/schema"

/**
 * Whether a dialect is on. The dialect's routes ask this in `defineFileConfig({ path: __filename,
 * isDisabled })` while Medusa loads them. Routes of a dialect that is off do not exist.
 */
export function dialectIsOn(dialect: Dialect): boolean {
  return container.resolve(PASSWORD_RESET_MODULE).options.dialects.includes(dialect)
}
