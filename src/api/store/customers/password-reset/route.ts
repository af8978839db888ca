import type { MedusaContainer } from "@medusajs/framework/types"
import { defineFileConfig, MedusaError } from "@medusajs/framework/utils"
import { errorOf, isPasswordRejected, isTokenError } from "../../../../domain/errors"
import { PASSWORD_RESET_MODULE } from "../../../../modules/password-reset"
import { completePasswordReset } from "../../../../workflows/complete-password-reset"
import { guardedRoute } from "../../../guarded-route"
import { describeClient } from "../../../request-client"
import { findV1Customer, type V1Customer } from "../../../dialects/medusa-v1/customer"
import { ResetPassword } from "../../../dialects/medusa-v1/validators"
import { dialectIsOn } from "../../../dialects/dialect-is-on"
import { sendPasswordRejected } from "../../../error-responses"
import { boundHashing } from "../../../guards/bound-hashing"
import { limitBadTokens } from "../../../guards/limit-bad-tokens"
import { requireAllowedProvider } from "../../../guards/require-allowed-provider"
import { validateBody } from "../../../guards/validate-body"

/** Sets the new password and spends the token, as in Medusa v1. Nobody is signed in by it. */
export const POST = guardedRoute<ResetPassword>(
  [requireAllowedProvider("customer"), limitBadTokens, validateBody(ResetPassword), boundHashing],
  async (req, res) => {
    const { email, token, password } = req.validatedBody
    try {
      const customer = await requireCustomer(token, email, req.scope)
      await completePasswordReset(
        { email, token, actor_type: "customer", password, client: describeClient(req) },
        req.scope,
      )
      res.json({ customer })
    } catch (error) {
      if (isPasswordRejected(error)) {
        return sendPasswordRejected(req, res, error)
      }
      throw isTokenError(error) ? badToken() : error
    }
  },
)

/**
 * The customer whom a token is for. It is looked up before the token is spent, so that a failure burns
 * no link; the reset changes nothing of it.
 *
 * @throws MedusaError `unauthorized`, also where the customer would not exist in v1
 */
async function requireCustomer(
  token: string,
  email: string,
  container: MedusaContainer,
): Promise<V1Customer> {
  const resets = container.resolve(PASSWORD_RESET_MODULE)
  const { entity_id } = await resets.checkToken(token, "customer", { email })
  const customer = await findV1Customer(entity_id, container)
  if (!customer) {
    throw errorOf("token_invalid")
  }
  return customer
}

/** The same answer for every token that can't set a password, whatever is wrong with it. */
function badToken(): MedusaError {
  return new MedusaError(MedusaError.Types.UNAUTHORIZED, "Invalid or expired password reset token")
}

defineFileConfig({ path: __filename, isDisabled: () => !dialectIsOn("medusa-v1") })
