import { emitEventStep } from "@medusajs/medusa/core-flows"
import {
  createHook,
  createStep,
  createWorkflow,
  StepResponse,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import type { ResetRequest } from "../modules/password-reset/types"

/** Wakes the worker up. It carries nothing: the row is the truth. */
export const PASSWORD_RESET_ACCEPTED = "password_reset.accepted"

const acceptResetStep = createStep(
  "accept-password-reset",
  async (request: ResetRequest, { container }) => {
    const accepted = await container.resolve(PASSWORD_RESET_MODULE).acceptReset(request)
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
 * an account is found out later, by `issuePasswordResetsWorkflow`.
 *
 * Hook `validate` gets the request; what it throws refuses it.
 */
export const requestPasswordResetWorkflow = createWorkflow(
  "request-password-reset",
  (input: ResetRequest) => {
    const validate = createHook("validate", input)
    const accepted = acceptResetStep(input)
    emitEventStep({ eventName: PASSWORD_RESET_ACCEPTED, data: {}, options: { internal: true } })
    return new WorkflowResponse(accepted, { hooks: [validate] })
  },
)
