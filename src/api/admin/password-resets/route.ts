import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
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

/** Starts a reset for an account. With `deliver: false`, the answer holds the token and no email goes out. */
export const POST = async (
  req: AuthenticatedMedusaRequest<StartPasswordReset>,
  res: MedusaResponse,
) => {
  const { reference, reference_origin, deliver, identifier, ...rest } = req.validatedBody
  const { actor_type: type, actor_id } = req.auth_context
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
