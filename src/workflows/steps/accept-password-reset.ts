import type { MedusaContainer } from "@medusajs/framework/types"
import { createStep, StepResponse } from "@medusajs/framework/workflows-sdk"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import type { ResetRequest } from "../../domain/resets/accept-reset"

/** `id` is missing if the address is above its limit (`throttle.perIdentifier`): no email will go out. */
export type Accepted = { id?: string }

/** Stores a request and wakes a worker, unless the address is above its limit. */
export async function acceptPasswordReset(
  request: ResetRequest,
  container: MedusaContainer,
): Promise<Accepted> {
  const resets = container.resolve(PASSWORD_RESET_MODULE)
  resets.bursts.note()
  const verdict = await resets.throttle?.admitIdentifier(request)
  if (verdict?.allowed === false) {
    return {}
  }
  const accepted = await resets.resetRepository.accept(request)
  resets.wakeWorker()
  return accepted
}

export const acceptPasswordResetStep = createStep(
  "accept-password-reset",
  async (request: ResetRequest, { container }) => {
    const accepted = await acceptPasswordReset(request, container)
    return new StepResponse(accepted, accepted.id)
  },
  async (id, { container }) => {
    if (id) {
      await container.resolve(PASSWORD_RESET_MODULE).deletePasswordResets(id)
    }
  },
)
