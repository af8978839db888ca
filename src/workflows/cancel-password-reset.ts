import { createWorkflow, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { cancelPasswordResetStep } from "./steps/cancel-password-reset"

/**
 * Ends a reset, and every other link of its account, Medusa's own included.
 *
 * @throws MedusaError `not_found`, or `not_allowed` where it has ended already
 */
export const cancelPasswordResetWorkflow = createWorkflow(
  "password-reset-cancel",
  (input: { id: string }) => new WorkflowResponse(cancelPasswordResetStep(input)),
)
