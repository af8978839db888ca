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
  /** From where, for the mail that tells the account's owner. */
  client?: ClientDescription
}

/** What is to be set, by the right that the token gives. */
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
 * Fourth verb: checks the token and the password, spends the one and sets the other. It signs nobody in.
 *
 * Hook `validate` gets the token's claims before anything is spent; what it throws refuses the
 * reset, and the link works as before.
 *
 * @throws MedusaError `unauthorized` with a token's code, or `password_rejected` with `reasons`; the
 * link then works as before
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

/** The same without Medusa's engine where no store hooks into it. */
export const completePasswordReset = runDirectly(
  completePasswordResetWorkflow,
  async (input: CompleteInput, container) =>
    setPassword(byToken(await checkToken(input, container), input), container),
)
