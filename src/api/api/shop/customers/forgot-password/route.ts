import { defineFileConfig } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../../../../../modules/password-reset"
import { requestPasswordReset } from "../../../../../workflows/request-password-reset"
import { localeOf } from "../../../../request-client"
import { discloseUnknownEmail } from "../../../../dialects/bagisto/disclose-unknown-email"
import { requireStorefrontKey } from "../../../../dialects/bagisto/require-storefront-key"
import { storefrontRoute } from "../../../../dialects/bagisto/storefront-route"
import { validateForm } from "../../../../dialects/bagisto/validate-form"
import { ForgotPassword } from "../../../../dialects/bagisto/validators"
import { preflight } from "../../../../dialects/cors"
import { dialectIsOn } from "../../../../dialects/dialect-is-on"
import { limitByClient } from "../../../../guards/limit-by-client"

/**
 * Requests a reset, as in Bagisto. The answer is the same for every address, unless the store sets
 * `bagisto.discloseUnknownEmail`.
 */
export const POST = storefrontRoute<ForgotPassword>(
  [limitByClient("request"), requireStorefrontKey, validateForm(ForgotPassword, 400)],
  async (req, res) => {
    const { email } = req.validatedBody
    const { bagisto } = req.scope.resolve(PASSWORD_RESET_MODULE).options
    await discloseUnknownEmail(email, req.scope)
    await requestPasswordReset(
      {
        identifier: email,
        actor_type: "customer",
        metadata: {},
        locale: localeOf(req),
        start: { token_ttl: bagisto.tokenTtl, dialect: "bagisto" },
      },
      req.scope,
    )
    res.json({ message: "Reset password link has been sent to your email" })
  },
)

export const OPTIONS = preflight("POST")

defineFileConfig({ path: __filename, isDisabled: () => !dialectIsOn("bagisto") })
