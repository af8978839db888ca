import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { rewriteJson } from "../rewrite-json"
import type { Guard } from "./guard"

/**
 * With `admin.hideUserToken`, takes the token out of the answer of Medusa's own route. The user gets it
 * by email; whoever started the reset never sees it.
 */
export const hideUserToken: Guard = (req, res, next) => {
  const { admin } = req.scope.resolve(PASSWORD_RESET_MODULE).options
  if (admin.hideUserToken) {
    rewriteJson(res, (body) => {
      const { token: _, ...rest } = body as Record<string, unknown>
      return rest
    })
  }
  next()
}
