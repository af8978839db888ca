import type { MedusaContainer } from "@medusajs/framework/types"
import { defineFileConfig, MedusaError } from "@medusajs/framework/utils"
import { errorOf, isPasswordRejected, isTokenError } from "../../../../domain/errors"
import { PASSWORD_RESET_MODULE } from "../../../../modules/password-reset"
import { pickAccount } from "../../../../domain/accounts/address"
import { completePasswordReset } from "../../../../workflows/complete-password-reset"
import { requireAllowedProvider } from "../../../guards/allowed-provider"
import { guardedRoute } from "../../../guarded-route"
import { describeClient } from "../../../request-client"
import { findV1Customer, type V1Customer } from "../../../dialects/medusa-v1/customer"
import { ResetPassword } from "../../../dialects/medusa-v1/validators"
import { dialectIsOn } from "../../../dialects/dialect-is-on"
import { sendPasswordRejected } from "../../../error-answers"
import { boundHashing, limitBadTokens } from "../../../guards/throttle"
import { validateBody } from "../../../guards/validate-body"

/** Sets the new password and spends the token, as in Medusa v1. It signs nobody in. */
export const POST = guardedRoute<ResetPassword>(
  [requireAllowedProvider("customer"), limitBadTokens, validateBody(ResetPassword), boundHashing],
  async (req, res) => {
    const { email, token, password } = req.validatedBody
    const held = { email, token }
    try {
      const customer = await requireCustomer(held, req.scope)
      await completePasswordReset(
        { ...held, actor_type: "customer", password, client: describeClient(req) },
        req.scope,
      )
      res.json({ customer })
    } catch (error) {
      if (isPasswordRejected(error)) {
        return sendPasswordRejected(res, error)
      }
      throw isTokenError(error) ? badToken() : error
    }
  },
)

/**
 * The customer whom a token is for. Asked before anything is spent; a reset changes nothing of it.
 *
 * @throws MedusaError `unauthorized`, also where v1 would know no such customer
 */
async function requireCustomer(
  { email, token }: { email: string; token: string },
  container: MedusaContainer,
): Promise<V1Customer> {
  const resets = container.resolve(PASSWORD_RESET_MODULE)
  const { entity_id } = await resets.checkToken(token, "customer", { email })
  const account = pickAccount(entity_id, await resets.findAccounts([entity_id]))
  const customer = account && (await findV1Customer(account, container))
  if (!customer) {
    throw errorOf("token_invalid")
  }
  return customer
}

/** The one answer to every token that sets no password, whatever is wrong with it. */
function badToken(): MedusaError {
  return new MedusaError(MedusaError.Types.UNAUTHORIZED, "Invalid or expired password reset token")
}

defineFileConfig({ path: __filename, isDisabled: () => !dialectIsOn("medusa-v1") })
