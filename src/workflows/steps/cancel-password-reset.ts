import { MedusaError } from "@medusajs/framework/utils"
import { createStep, StepResponse } from "@medusajs/framework/workflows-sdk"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"

/** @throws MedusaError `not_found`, or `not_allowed` where the reset has ended already */
export const cancelPasswordResetStep = createStep(
  "cancel-password-reset",
  async ({ id }: { id: string }, { container }) => {
    const resets = container.resolve(PASSWORD_RESET_MODULE)
    const { status } = await resets.retrievePasswordReset(id)
    if (!(await resets.resetRepository.cancel(id))) {
      throw new MedusaError(
        MedusaError.Types.NOT_ALLOWED,
        `The reset has ended: it is \`${status}\`, and can't be cancelled`,
      )
    }
    return new StepResponse({ id })
  },
)
