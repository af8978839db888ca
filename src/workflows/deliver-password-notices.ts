import { createWorkflow, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { deliverPasswordNoticesStep } from "./steps/deliver-password-notices"

/** Sends up to `limit` mails "your password was changed" that wait to be sent. */
export const deliverPasswordNoticesWorkflow = createWorkflow(
  "password-reset-deliver-notices",
  (input: { limit: number }) => new WorkflowResponse(deliverPasswordNoticesStep(input)),
)
