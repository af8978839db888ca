import type { AuthenticatedMedusaRequest } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import type { StartPasswordReset } from "../admin/password-resets/validators"
import type { Guard } from "./guard"

/**
 * Refuses `deliver: false`, which returns the token to the caller, to everybody but secret API keys, and
 * to these without the option `admin.returnToken`. Staff may start a reset but never see its token
 * (OWASP ASVS 5.0, 6.4.6).
 */
export const restrictReturnedToken: Guard = (req, _, next) => {
  const { validatedBody, auth_context, scope } =
    req as AuthenticatedMedusaRequest<StartPasswordReset>
  const { admin } = scope.resolve(PASSWORD_RESET_MODULE).options
  const mayReturn = admin.returnToken && auth_context.actor_type === "api-key"
  if (!validatedBody.deliver && !mayReturn) {
    return next(
      new MedusaError(
        MedusaError.Types.FORBIDDEN,
        "Tokens are returned to secret API keys only, and only with the option `admin.returnToken`",
      ),
    )
  }
  next()
}
