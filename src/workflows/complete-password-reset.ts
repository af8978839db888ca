import type { MedusaContainer } from "@medusajs/framework/types"
import {
  createHook,
  createStep,
  createWorkflow,
  StepResponse,
  transform,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import type { ClientDescription } from "../domain/passwords/notice-repository"
import type { ResetTokenClaims } from "../domain/tokens/reset-token"
import { type NewPassword, setPassword, setPasswordStep } from "./steps/set-password"
import { runDirectly } from "./direct-run"

export type CompleteInput = {
  token: string | undefined
  actor_type: string
  password: string
  /** The address that the caller says the token is for; it must be. */
  email?: string
  /** The reset that the caller says the token is of; it must be. */
  id?: string
  /** From where, for the mail that tells the account's owner. */
  client?: ClientDescription
}

/** Whether the token may set a password now. Changes nothing. */
async function check(
  { token, actor_type, email, id }: CompleteInput,
  container: MedusaContainer,
): Promise<ResetTokenClaims> {
  return container.resolve(PASSWORD_RESET_MODULE).checkToken(token, actor_type, { email, id })
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

const checkTokenStep = createStep(
  "check-token",
  async (input: CompleteInput, { container }) => new StepResponse(await check(input, container)),
)

/**
 * Fourth verb: checks the token and the password, spends the one and sets the other. It signs
 * nobody in.
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

/** The same without Medusa's engine where nobody hooks into it. */
export const completePasswordReset = runDirectly(
  completePasswordResetWorkflow,
  async (input: CompleteInput, container) =>
    setPassword(byToken(await check(input, container), input), container),
)
