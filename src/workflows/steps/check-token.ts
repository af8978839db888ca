import type { MedusaContainer } from "@medusajs/framework/types"
import { createStep, StepResponse } from "@medusajs/framework/workflows-sdk"
import type { ResetTokenClaims } from "../../domain/tokens/reset-token"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"

export type TokenToCheck = {
  token: string | undefined
  actor_type: string
  /** The address that the caller says the token is for; it must be. */
  email?: string
  /** The reset that the caller says the token is of; it must be. */
  id?: string
}

/**
 * Checks whether a token may set a password now. Changes nothing.
 *
 * @throws MedusaError `unauthorized` with a token's code
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
