import {
  createHook,
  createWorkflow,
  transform,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import type { ResetTokenClaims } from "../domain/tokens/reset-token"
import { runDirectly } from "../engine/run-directly"
import type { ClientDescription } from "../domain/passwords/notice-repository"
import { checkToken, checkTokenStep, type TokenToCheck } from "./steps/check-token"
import { type NewPassword, setPassword, setPasswordStep } from "./steps/set-password"

export type CompleteInput = TokenToCheck & {
  password: string
  /** Where the request comes from, for the email "your password was changed". */
  client?: ClientDescription
}

/** Turns claims and input into a password to set, authorized by the token. */
function byToken(
  { entity_id, actor_type, token_hash }: ResetTokenClaims,
  { password, client }: CompleteInput,
): NewPassword {
  return {
    account: { entity_id, actor_type },
    password,
    authority: { by: "token", token_hash, actor_type, client },
  }
}

/**
 * Fourth verb: checks the token and the new password, spends the token and sets the password. It signs
 * nobody in.
 *
 * The hook `validate` gets the token's claims before anything is spent. If it throws, the reset is refused.
 * A refused reset never spends the token, so the link goes on working.
 *
 * @throws MedusaError `unauthorized` with one of the codes `token_…`, or `password_rejected` with `reasons`
 */
export const completePasswordResetWorkflow = createWorkflow(
  "password-reset-complete",
  (input: CompleteInput) => {
    const claims = checkTokenStep(input)
    const validate = createHook<"validate", ResetTokenClaims, unknown>("validate", claims)
    const given = transform({ claims, input }, (known) => byToken(known.claims, known.input))
    const changed = setPasswordStep(given)
    return new WorkflowResponse(changed, { hooks: [validate] })
  },
)

/** Does the same without Medusa's engine, unless the store hooks into the workflow: see `runDirectly`. */
export const completePasswordReset = runDirectly(
  completePasswordResetWorkflow,
  async (input: CompleteInput, container) =>
    setPassword(byToken(await checkToken(input, container), input), container),
)
