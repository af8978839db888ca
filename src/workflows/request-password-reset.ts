import {
  createHook,
  createStep,
  createWorkflow,
  StepResponse,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import type { ResetRequest } from "../modules/password-reset/types"
import { tryEmit } from "./try-emit"

/** Wakes the worker up. It carries nothing: the row is the truth. */
export const PASSWORD_RESET_ACCEPTED = "password_reset.accepted"

/** What became of a request; without an `id`, the address has had its share of mails. */
export type Accepted = { id?: string }

const acceptPasswordResetStep = createStep(
  "accept-password-reset",
  async (request: ResetRequest, { container }) => {
    const resets = container.resolve(PASSWORD_RESET_MODULE)
    const verdict = await resets.throttle?.admitIdentifier(request)
    const accepted: Accepted = verdict?.allowed === false ? {} : await resets.ledger.accept(request)
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
export const wakeWorkerStep = createStep("wake-worker", async ({ id }: Accepted, { container }) => {
  if (id) {
    const wakeUp = { name: PASSWORD_RESET_ACCEPTED, data: {} }
    await tryEmit(wakeUp, container, { internal: true, priority: PRIORITY })
  }
})

/**
 * First verb: takes a request for a reset down, for whatever address, and answers. Whether there is
 * an account is found out later, by `issuePasswordResetsWorkflow`. An address that has been asked for
 * too often (`throttle.perIdentifier`) gets no more mail, and the same answer.
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
