import { createWorkflow, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { type DeliverInput, deliverPasswordResetsStep } from "./steps/deliver-password-resets"

/**
 * Third verb: sends the mails of issued resets through the Notification Module, all in one call,
 * and writes down what became of each. What failed for a while is tried again, by the sweep.
 */
export const deliverPasswordResetsWorkflow = createWorkflow(
  "password-reset-deliver",
  (input: DeliverInput) => new WorkflowResponse(deliverPasswordResetsStep(input)),
)
