import { defineFileConfig } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../../../../modules/password-reset"
import { requestPasswordReset } from "../../../../workflows/request-password-reset"
import { guardedRoute } from "../../../guarded-route"
import { localeOf } from "../../../request-client"
import { PasswordToken } from "../../../dialects/medusa-v1/validators"
import { dialectIsOn } from "../../../dialects/dialect-is-on"
import { limitByClient } from "../../../guards/limit-by-client"
import { requireAllowedProvider } from "../../../guards/require-allowed-provider"
import { validateBody } from "../../../guards/validate-body"

/** Requests a reset, as in Medusa v1. The answer is 204 for every address: no account is looked up here. */
export const POST = guardedRoute<PasswordToken>(
  [requireAllowedProvider("customer"), limitByClient("request"), validateBody(PasswordToken)],
  async (req, res) => {
    const { medusaV1 } = req.scope.resolve(PASSWORD_RESET_MODULE).options
    await requestPasswordReset(
      {
        identifier: req.validatedBody.email,
        actor_type: "customer",
        metadata: {},
        locale: localeOf(req),
        start: { token_ttl: medusaV1.tokenTtl, dialect: "medusa-v1", requires_own_email: true },
      },
      req.scope,
    )
    res.sendStatus(204)
  },
)

defineFileConfig({ path: __filename, isDisabled: () => !dialectIsOn("medusa-v1") })
