import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, MedusaError } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../../../modules/password-reset"
import { pickAccount } from "../../../domain/accounts/address"
import { actorOf, mayUsePassword } from "../../../domain/accounts/actors"

/**
 * With `bagisto.discloseUnknownEmail`, an address that would get no link is told so: the one exception
 * to the rule that every address gets the same answer. Without it, nobody is looked up.
 *
 * @throws MedusaError `not_found`
 */
export async function discloseUnknown(email: string, scope: MedusaContainer): Promise<void> {
  const resets = scope.resolve(PASSWORD_RESET_MODULE)
  if (!resets.options.bagisto.discloseUnknownEmail) {
    return
  }
  const { http } = scope.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const account = pickAccount(email, await resets.findAccounts([email]))
  if (!account || !actorOf(account, "customer", mayUsePassword("user", http))) {
    throw new MedusaError(
      MedusaError.Types.NOT_FOUND,
      "We can't find a user with that email address.",
    )
  }
}
