import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
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

const acceptPasswordResetStep = createStep(
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

/** With Redis, internal events come last otherwise, and somebody is waiting for the mail. */
const PRIORITY = 10

/** A wake-up that gets lost loses nothing, and so must not fail a request that is taken down. */
const wakeWorkerStep = createStep("wake-worker", async (_: { id: string }, { container }) => {
  try {
    await container
      .resolve(Modules.EVENT_BUS)
      .emit({ name: PASSWORD_RESET_ACCEPTED, data: {} }, { internal: true, priority: PRIORITY })
  } catch (error) {
    container
      .resolve(ContainerRegistrationKeys.LOGGER)
      .warn(`medusa-plugin-password-reset: no wake-up for the worker (${(error as Error).message})`)
  }
})

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
    const accepted = acceptPasswordResetStep(input)
    wakeWorkerStep(accepted)
    return new WorkflowResponse(accepted, { hooks: [validate] })
  },
)
