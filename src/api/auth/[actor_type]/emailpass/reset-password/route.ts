import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../../../../../modules/password-reset"
import { requestPasswordReset } from "../../../../../workflows/request-password-reset"
import { bearerToken, localeOf } from "../../../../request-client"
import type { RequestPasswordReset } from "./validators"

/** Requests a reset. The answer is 201 for every address, known or not. */
export const POST = async (req: MedusaRequest<RequestPasswordReset>, res: MedusaResponse) => {
  const { identifier, metadata } = req.validatedBody
  await requestPasswordReset(
    {
      identifier: identifier.trim(),
      actor_type: req.params.actor_type as string,
      metadata,
      locale: localeOf(req, metadata.locale),
    },
    req.scope,
  )
  res.sendStatus(201)
}

/** Checks whether a link still works, without spending it. */
export const GET = async (req: MedusaRequest, res: MedusaResponse) => {
  const resets = req.scope.resolve(PASSWORD_RESET_MODULE)
  const { expires_at, token_hash } = await resets.checkToken(
    bearerToken(req),
    req.params.actor_type as string,
  )
  await recordCheck(token_hash, req.scope)
  res.json({ valid: true, expires_at: expires_at.toISOString() })
}

/** Notes the check in the reset's trail. Where that fails, the link works nevertheless. */
async function recordCheck(token_hash: string, scope: MedusaContainer): Promise<void> {
  try {
    await scope.resolve(PASSWORD_RESET_MODULE).resetRepository.recordChecked(token_hash)
  } catch (error) {
    const reason = (error as Error).message
    scope
      .resolve(ContainerRegistrationKeys.LOGGER)
      .warn(`medusa-plugin-password-reset: recording that a link was checked failed: ${reason}`)
  }
}
