import type { MedusaContainer } from "@medusajs/framework/types"
import { createStep, StepResponse } from "@medusajs/framework/workflows-sdk"
import type { ResetTokenClaims } from "../../domain/tokens/reset-token"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"

export type TokenToCheck = {
  token: string | undefined
  actor_type: string
  /** If given, the token must be for this address. */
  email?: string
  /** If given, the token must belong to this reset. */
  id?: string
}

/**
 * Checks whether a token may set a password now. Changes nothing.
 *
 * @throws MedusaError `unauthorized` with one of the codes `token_…`
 */
export async function checkToken(
  { token, actor_type, email, id }: TokenToCheck,
  container: MedusaContainer,
): Promise<ResetTokenClaims> {
  return container.resolve(PASSWORD_RESET_MODULE).checkToken(token, actor_type, { email, id })
}

export const checkTokenStep = createStep(
  "check-token",
  async (input: TokenToCheck, { container }) =>
    new StepResponse(await checkToken(input, container)),
)
