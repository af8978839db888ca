import { requireAllowedRedirect } from "../../domain/tokens/redirect-url"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import type { RequestPasswordReset } from "../auth/[actor_type]/emailpass/reset-password/validators"
import type { Guard } from "./guard"

/** Refuses a foreign page in `metadata.redirect_url`, for every address alike. */
export const requireAllowedPage: Guard = (req, _, next) => {
  const { redirect_url } = (req.validatedBody as RequestPasswordReset).metadata
  const { allowedRedirectUrls } = req.scope.resolve(PASSWORD_RESET_MODULE).options
  requireAllowedRedirect(redirect_url, allowedRedirectUrls[req.params.actor_type as string])
  next()
}
