import type { MedusaContainer } from "@medusajs/framework/types"
import { MedusaError } from "@medusajs/framework/utils"
import { pickAccount } from "../../../domain/accounts/address"
import { actorOf, mayUsePassword } from "../../../domain/accounts/actors"
import { PASSWORD_RESET_MODULE } from "../../../modules/password-reset"
import { httpConfigOf } from "../../http-config"

/**
 * With `bagisto.discloseUnknownEmail`, answers 404 to an address that would get no link. This is the one
 * exception to the rule that every address gets the same answer. Without the option, no account is
 * looked up.
 *
 * @throws MedusaError `not_found`
 */
export async function discloseUnknownEmail(email: string, scope: MedusaContainer): Promise<void> {
  const resets = scope.resolve(PASSWORD_RESET_MODULE)
  if (!resets.options.bagisto.discloseUnknownEmail) {
    return
  }
  const account = pickAccount(email, await resets.findAccounts([email]))
  if (!account || !actorOf(account, "customer", mayUsePassword("user", httpConfigOf(scope)))) {
    throw new MedusaError(
      MedusaError.Types.NOT_FOUND,
      "We can't find a user with that email address.",
    )
  }
}
