import { createHook, createWorkflow, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { runDirectly } from "../engine/run-directly"
import type { ResetRequest } from "../domain/resets/accept-reset"
import { acceptPasswordReset, acceptPasswordResetStep } from "./steps/accept-password-reset"

/**
 * First verb: stores a request for a reset, whatever the address, and answers. `issuePasswordResetsWorkflow`
 * looks for the account later, so that the response reveals nothing. Above the limit of
 * `throttle.perIdentifier` the response is unchanged, but no email goes out.
 *
 * The hook `validate` gets the request. If it throws, the request is refused.
 */
export const requestPasswordResetWorkflow = createWorkflow(
  "password-reset-request",
  (input: ResetRequest) => {
    const validate = createHook("validate", input)
    return new WorkflowResponse(acceptPasswordResetStep(input), { hooks: [validate] })
  },
)

/**
 * Does the same without Medusa's engine, unless the store hooks into the workflow: see `runDirectly`. This
 * matters most here, since a flood of requests arrives here.
 */
export const requestPasswordReset = runDirectly(requestPasswordResetWorkflow, acceptPasswordReset)
