import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { rewriteJson } from "../rewrite-json"
import type { Guard } from "./guard"

/** Medusa's dashboard, which offers to copy the link, shows the message of an error. */
const HIDDEN = {
  type: "not_allowed",
  message:
    "There is no link to copy: it goes to the user by email alone (option admin.hideUserToken)",
}

/**
 * With `admin.hideUserToken`, takes the place of the answer of Medusa's own route. The user gets the token by
 * email; whoever started the reset never sees it. The answer is an error, since without a token the dashboard would
 * copy a dead link and say that all is well.
 */
export const hideUserToken: Guard = (req, res, next) => {
  const { admin } = req.scope.resolve(PASSWORD_RESET_MODULE).options
  if (admin.hideUserToken) {
    rewriteJson(res, (body) => {
      if (!(body as { token?: string }).token) {
        return body
      }
      res.status(403)
      return HIDDEN
    })
  }
  next()
}
