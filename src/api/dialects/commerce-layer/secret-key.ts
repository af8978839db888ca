import type {
  AuthenticatedMedusaRequest,
  MedusaNextFunction,
  MedusaRequest,
  MedusaResponse,
} from "@medusajs/framework/http"
import { Modules } from "@medusajs/framework/utils"
import { refusal } from "./errors"

/** Lets secret API keys pass, as Medusa does for `/admin`; they come as Bearer here. */
export async function requireSecretKey(
  req: MedusaRequest,
  res: MedusaResponse,
  next: MedusaNextFunction,
) {
  const { authorization } = req.headers
  const [, token] = /^Bearer\s+(sk_\S+)\s*$/i.exec(authorization ?? "") ?? []
  const key = token && (await req.scope.resolve(Modules.API_KEY).authenticate(token))
  if (!key) {
    res.setHeader("WWW-Authenticate", "Bearer")
    throw authorization
      ? refusal("INVALID_TOKEN", "The access token is no secret API key of this store.")
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
