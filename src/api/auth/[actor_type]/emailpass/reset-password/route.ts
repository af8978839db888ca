import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../../../../../modules/password-reset"
import { requestPasswordReset } from "../../../../../workflows/request-password-reset"
import { bearerToken, localeOf } from "../../../../request-client"
import type { RequestPasswordReset } from "./validators"

/** Asks for a reset. 201 for every address, known or not. */
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

/** Whether a link still works. It spends nothing. */
export const GET = async (req: MedusaRequest, res: MedusaResponse) => {
  const resets = req.scope.resolve(PASSWORD_RESET_MODULE)
  const { expires_at, token_hash } = await resets.checkToken(
    bearerToken(req),
    req.params.actor_type as string,
  )
  await resets.resetRepository.recordChecked(token_hash).catch((error: Error) => {
    // The trail is not worth a link that works.
    const { LOGGER } = ContainerRegistrationKeys
    req.scope
      .resolve(LOGGER)
      .warn(`medusa-plugin-password-reset: no note of a check: ${error.message}`)
  })
  res.json({ valid: true, expires_at: expires_at.toISOString() })
}
