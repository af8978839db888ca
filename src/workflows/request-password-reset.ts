import type { MedusaContainer } from "@medusajs/framework/types"
import {
  createHook,
  createStep,
  createWorkflow,
  StepResponse,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import type { ResetRequest } from "../domain/resets/accept-reset"
import { wakeWorker } from "../worker/wake-worker"
import { runDirectly } from "./direct-run"

/** What became of a request; without an `id`, the address has had its share of mails. */
export type Accepted = { id?: string }

/** Takes a request down, and wakes a worker up. */
async function accept(request: ResetRequest, container: MedusaContainer): Promise<Accepted> {
  const { throttle, resetRepository, bursts } = container.resolve(PASSWORD_RESET_MODULE)
  bursts.note()
  const verdict = await throttle?.admitIdentifier(request)
  if (verdict?.allowed === false) {
    return {}
  }
  const accepted = await resetRepository.accept(request)
  wakeWorker(container)
  return accepted
}

const acceptPasswordResetStep = createStep(
  "accept-password-reset",
  async (request: ResetRequest, { container }) => {
    const accepted = await accept(request, container)
    return new StepResponse(accepted, accepted.id)
  },
  async (id, { container }) => {
    if (id) {
      await container.resolve(PASSWORD_RESET_MODULE).deletePasswordResets(id)
    }
  },
)

/**
 * First verb: takes a request for a reset down, for whatever address, and answers. Whether there is
 * an account is found out later, by `issuePasswordResetsWorkflow`. An address that has been asked for
 * too often (`throttle.perIdentifier`) gets no more mail, and the same answer.
 *
 * Hook `validate` gets the request; what it throws refuses it.
 */
export const requestPasswordResetWorkflow = createWorkflow(
  "password-reset-request",
  (input: ResetRequest) => {
    const validate = createHook("validate", input)
    return new WorkflowResponse(acceptPasswordResetStep(input), { hooks: [validate] })
  },
)

/** The same without Medusa's engine where nobody hooks into it: this is where a flood arrives. */
export const requestPasswordReset = runDirectly(requestPasswordResetWorkflow, accept)
