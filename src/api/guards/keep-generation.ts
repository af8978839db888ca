import type { AuthenticatedMedusaRequest } from "@medusajs/framework/http"
import { generationOf, readSessionToken } from "../../domain/sessions/session"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { rewriteJson } from "../rewrite-json"
import type { Guard } from "./guard"

/**
 * Answers 401 where Medusa's route has made a JWT of a newer password generation than the one that it
 * was given. Medusa reads the account anew while it signs: if the password changes between the check of
 * the old JWT and the signing, an ended session would come out as a live one.
 */
export const keepGeneration: Guard = (req, res, next) => {
  const { sessions } = req.scope.resolve(PASSWORD_RESET_MODULE)
  rewriteJson(res, (body) => {
    const { auth_context } = req as AuthenticatedMedusaRequest
    const { token } = (body ?? {}) as { token?: string }
    const issued = readSessionToken(token)
    if (sessions && issued && issued.generation !== generationOf(auth_context?.app_metadata)) {
      res.status(401)
      return { message: "Unauthorized" }
    }
    return body
  })
  next()
}
