import { defineFileConfig } from "@medusajs/framework/utils"
import { isPasswordRejected, isTokenError } from "../../../../../domain/errors"
import { completePasswordReset } from "../../../../../workflows/complete-password-reset"
import { describeClient } from "../../../../request-client"
import { sendFieldErrors } from "../../../../dialects/bagisto/error-responses"
import { requireStorefrontKey } from "../../../../dialects/bagisto/require-storefront-key"
import { storefrontRoute } from "../../../../dialects/bagisto/storefront-route"
import { validateForm } from "../../../../dialects/bagisto/validate-form"
import { ResetPassword } from "../../../../dialects/bagisto/validators"
import { preflight } from "../../../../dialects/cors"
import { reasonsFor } from "../../../../error-responses"
import { dialectIsOn } from "../../../../dialects/dialect-is-on"
import { boundHashing } from "../../../../guards/bound-hashing"
import { countBadToken, limitBadTokens } from "../../../../guards/limit-bad-tokens"

/** Laravel's message for every token that can't set a password, whatever is wrong with it. */
const BAD_TOKEN = "This password reset token is invalid."

/** Sets the new password and spends the token, as in Bagisto. Nobody is signed in by it. */
export const POST = storefrontRoute<ResetPassword>(
  [limitBadTokens, requireStorefrontKey, validateForm(ResetPassword, 422), boundHashing],
  async (req, res) => {
    const { email, token, password } = req.validatedBody
    try {
      await completePasswordReset(
        {
          token,
          actor_type: "customer",
          email,
          password,
          client: describeClient(req),
        },
        req.scope,
      )
    } catch (error) {
      if (isPasswordRejected(error)) {
        const reasons = reasonsFor(req, error).map(({ message }) => message)
        return sendFieldErrors(res, 422, { password: reasons })
      }
      if (isTokenError(error)) {
        countBadToken(res)
        return sendFieldErrors(res, 422, { email: [BAD_TOKEN] })
      }
      throw error
    }
    res.json({ message: "Password has been successfully reset" })
  },
)

/** The method that Bagisto's documentation names. */
export const PUT = POST

export const OPTIONS = preflight("POST", "PUT")

defineFileConfig({ path: __filename, isDisabled: () => !dialectIsOn("bagisto") })
