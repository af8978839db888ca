import {
  createHook,
  createWorkflow,
  transform,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import { emitStartedTokenStep } from "./steps/emit-started-token"
import { type Started, type StartInput, startPasswordResetStep } from "./steps/start-password-reset"

/**
 * Starts a reset for an account, for somebody trusted: an operator, or another system. It keeps all
 * promises of one that its owner has asked for, but recent mails do not hold it back.
 *
 * Hook `validate` gets the input before anything is done; what it throws refuses it.
 *
 * @throws MedusaError `not_found` where there is no account; `forbidden` where a token would be handed out
 * for an account that holds a `user_id` (OWASP ASVS 5.0, 6.4.6)
 */
export const startPasswordResetWorkflow = createWorkflow(
  "password-reset-start",
  (input: StartInput) => {
    const validate = createHook("validate", input)
    const begun = startPasswordResetStep(input)
    emitStartedTokenStep(begun)
    const started = transform(begun, ({ event: _, ...rest }): Started => rest)
    return new WorkflowResponse(started, { hooks: [validate] })
  },
)
