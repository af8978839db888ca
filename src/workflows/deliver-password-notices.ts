import { createWorkflow, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { deliverPasswordNoticesStep } from "./steps/deliver-password-notices"

/** Sends up to `limit` emails "your password was changed" that are due. */
export const deliverPasswordNoticesWorkflow = createWorkflow(
  "password-reset-deliver-notices",
  (input: { limit: number }) => new WorkflowResponse(deliverPasswordNoticesStep(input)),
)
