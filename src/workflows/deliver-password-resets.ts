import { createWorkflow, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import {
  type DeliverInput,
  deliverPasswordResetsStep,
  tokensToMail,
} from "./steps/deliver-password-resets"

/**
 * Third verb: sends the emails of issued resets in one call of the Notification Module, and records the
 * outcome of each. The sweep retries those that failed but may succeed later.
 */
export const deliverPasswordResetsWorkflow = tokensToMail.wrap(
  createWorkflow(
    "password-reset-deliver",
    (input: DeliverInput) => new WorkflowResponse(deliverPasswordResetsStep(input)),
  ),
  ({ tokens, ...input }: DeliverInput) => ({ input: { ...input, tokens: [] }, kept: { tokens } }),
)
