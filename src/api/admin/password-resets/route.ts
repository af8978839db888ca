import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../../../modules/password-reset"
import { startPasswordResetWorkflow } from "../../../workflows"
import { retrieveForAdmin } from "./retrieve"
import type { StartPasswordReset } from "./validators"

/** Past and present resets. */
export const GET = async (req: AuthenticatedMedusaRequest, res: MedusaResponse) => {
  const { fields, pagination } = req.queryConfig
  const [password_resets, count] = await req.scope
    .resolve(PASSWORD_RESET_MODULE)
    .listAndCountPasswordResets(req.filterableFields, { select: fields, ...pagination })
  const { skip: offset, take: limit } = pagination
  res.json({ password_resets, count, offset, limit })
}

/** Starts a reset for an account. The token is in the answer only where none is mailed. */
export const POST = async (
  req: AuthenticatedMedusaRequest<StartPasswordReset>,
  res: MedusaResponse,
) => {
  const { reference, reference_origin, deliver, identifier, ...rest } = req.validatedBody
  const { actor_type: type, actor_id } = req.auth_context
  if (!deliver) {
    requireTokenRight(req)
  }
  const { result } = await startPasswordResetWorkflow(req.scope).run({
    input: {
      ...rest,
      identifier: identifier.trim(),
      token: deliver ? "mailed" : "handed_out",
      start: { started_by: `${type}:${actor_id}`, reference, reference_origin },
    },
  })
  const password_reset = await retrieveForAdmin(req.scope, result.id)
  const token = result.token === undefined ? {} : { token: result.token }
  res.status(201).json({ password_reset: { ...password_reset, ...token } })
}

/** Staff may start a reset, and never hold the key (OWASP ASVS 5.0, 6.4.6). */
function requireTokenRight(req: AuthenticatedMedusaRequest<StartPasswordReset>) {
  const { admin } = req.scope.resolve(PASSWORD_RESET_MODULE).options
  if (!admin.returnToken || req.auth_context.actor_type !== "api-key") {
    throw new MedusaError(
      MedusaError.Types.FORBIDDEN,
      "Tokens are handed out to secret API keys only, and with the option `admin.returnToken`",
    )
  }
}
