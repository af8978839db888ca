import { requireAllowedRedirect } from "../../workflows/start-password-reset"
import type { RequestPasswordReset } from "../auth/[actor_type]/emailpass/reset-password/validators"
import type { Guard } from "./guard"

/** Refuses a foreign page in `metadata.redirect_url`, for every address alike. */
export const requireAllowedPage: Guard = (req, _, next) => {
  const { redirect_url } = (req.validatedBody as RequestPasswordReset).metadata
  requireAllowedRedirect(redirect_url, req.params.actor_type as string, req.scope)
  next()
}
