import type { AuthenticatedMedusaRequest } from "@medusajs/framework/http"
import { Modules } from "@medusajs/framework/utils"
import type { Guard } from "../../guards/guard"
import { refusal } from "./errors"

/** Requires a secret API key, as Medusa does for `/admin`. Here the key comes as a bearer token. */
export const requireSecretKey: Guard = async (req, res, next) => {
  const { authorization } = req.headers
  const [, token] = /^Bearer\s+(sk_\S+)\s*$/i.exec(authorization ?? "") ?? []
  const key = token && (await req.scope.resolve(Modules.API_KEY).authenticate(token))
  if (!key) {
    res.setHeader("WWW-Authenticate", "Bearer")
    throw authorization
      ? refusal("INVALID_TOKEN", "The access token is not a secret API key of this store.")
      : refusal("UNAUTHORIZED", "The access token is missing.")
  }
  const request = req as AuthenticatedMedusaRequest
  request.auth_context = {
    actor_id: key.id,
    actor_type: "api-key",
    auth_identity_id: "",
    app_metadata: {},
    user_metadata: {},
  }
  next()
}
