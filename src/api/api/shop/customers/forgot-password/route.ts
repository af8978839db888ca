import { defineFileConfig } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../../../../../modules/password-reset"
import { requestPasswordReset } from "../../../../../workflows/request-password-reset"
import { localeOf } from "../../../../request-client"
import { requireStorefrontKey } from "../../../../dialects/bagisto/storefront-key"
import { storefrontRoute } from "../../../../dialects/bagisto/storefront-route"
import { discloseUnknown } from "../../../../dialects/bagisto/unknown-email"
import { ForgotPassword, validateForm } from "../../../../dialects/bagisto/validators"
import { preflight } from "../../../../dialects/cors"
import { dialectIsOn } from "../../../../dialects/dialect-is-on"
import { limitByIp } from "../../../../guards/throttle"

/** Asks for a reset, as in Bagisto. The same answer for every address, unless the store discloses. */
export const POST = storefrontRoute<ForgotPassword>(
  [limitByIp("request"), requireStorefrontKey, validateForm(ForgotPassword, 400)],
  async (req, res) => {
    const { email } = req.validatedBody
    const { bagisto } = req.scope.resolve(PASSWORD_RESET_MODULE).options
    await discloseUnknown(email, req.scope)
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
