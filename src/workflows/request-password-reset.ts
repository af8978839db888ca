import { createHook, createWorkflow, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { runDirectly } from "../engine/run-directly"
import type { ResetRequest } from "../domain/resets/accept-reset"
import { acceptPasswordReset, acceptPasswordResetStep } from "./steps/accept-password-reset"

/**
 * First verb: takes a request for a reset down, for whatever address, and answers. Whether there is
 * an account is found out later, by `issuePasswordResetsWorkflow`. An address that was asked for too
 * often (`throttle.perIdentifier`) gets no more mail, and the same answer.
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

/** The same without Medusa's engine where no store hooks into it: this is where a flood arrives. */
export const requestPasswordReset = runDirectly(requestPasswordResetWorkflow, acceptPasswordReset)
