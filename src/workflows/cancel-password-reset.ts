import { createWorkflow, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { cancelPasswordResetStep } from "./steps/cancel-password-reset"

/**
 * Cancels a reset and every other link of its account, those that Medusa's own routes issued included.
 *
 * @throws MedusaError `not_found`; `not_allowed` if the reset has already ended
 */
export const cancelPasswordResetWorkflow = createWorkflow(
  "password-reset-cancel",
  (input: { id: string }) => new WorkflowResponse(cancelPasswordResetStep(input)),
)
