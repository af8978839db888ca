import { MedusaError } from "@medusajs/framework/utils"
import { createStep, StepResponse } from "@medusajs/framework/workflows-sdk"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"

/**
 * Cancels a reset and every other link of its account.
 *
 * @throws MedusaError `not_found`; `not_allowed` if the reset has already ended
 */
export const cancelPasswordResetStep = createStep(
  "cancel-password-reset",
  async ({ id }: { id: string }, { container }) => {
    const resets = container.resolve(PASSWORD_RESET_MODULE)
    const { status } = await resets.retrievePasswordReset(id)
    if (!(await resets.resetRepository.cancel(id))) {
      throw new MedusaError(
        MedusaError.Types.NOT_ALLOWED,
        `The reset can't be cancelled: it has already ended, as \`${status}\``,
      )
    }
    return new StepResponse({ id })
  },
)
