import { createHook, createWorkflow, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { emitStartedTokenStep } from "./steps/emit-started-token"
import {
  handedOutToken,
  type Started,
  type StartInput,
  startPasswordResetStep,
} from "./steps/start-password-reset"

/**
 * Starts a reset for an account on behalf of somebody trusted: an operator, or another system. It behaves
 * like a reset that the owner requested, except that recent emails to the account do not hold it back.
 *
 * The hook `validate` gets the input before anything is done. If it throws, the reset is refused.
 *
 * @throws MedusaError `not_found` if there is no account; `invalid_data` if `metadata.redirect_url` is not
 * among the allowed ones; `not_allowed` if the store does not let the actor
 * type sign in by password; `forbidden` if a token would be handed out for an account that holds a `user_id`
 * (OWASP ASVS 5.0, 6.4.6)
 */
export const startPasswordResetWorkflow = handedOutToken.wrap(
  createWorkflow("password-reset-start", (input: StartInput) => {
    const validate = createHook("validate", input)
    const started = startPasswordResetStep(input)
    emitStartedTokenStep(started)
    return new WorkflowResponse(started, { hooks: [validate] })
  }),
  (input) => ({ input, kept: {} }),
  (started: Started, { token }) => ({ ...started, ...(token !== undefined && { token }) }),
)
