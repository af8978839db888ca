import {
  createHook,
  createStep,
  createWorkflow,
  StepResponse,
  transform,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import type { ClientDescription } from "../modules/password-reset/types"
import type { Authority } from "../providers/emailpass/service"
import type { ResetTokenClaims } from "../security/reset-token"
import { announceStep, judgePasswordStep, writePasswordStep } from "./set-password"

export type CompleteInput = {
  /** The `Authorization` header that carries the token. */
  authorization?: string
  actor_type: string
  password: string
  /** The address that the caller says the token is for; it must be. */
  email?: string
  /** The reset that the caller says the token is of; it must be. */
  id?: string
  /** From where, for the mail that tells the account's owner. */
  client?: ClientDescription
}

const checkTokenStep = createStep(
  "check-token",
  async ({ authorization, actor_type, email, id }: CompleteInput, { container }) =>
    new StepResponse(
      await container
        .resolve(PASSWORD_RESET_MODULE)
        .checkToken(authorization, actor_type, { email, id }),
    ),
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
  "complete-password-reset",
  (input: CompleteInput) => {
    const claims = checkTokenStep(input)
    const validate = createHook<"validate", ResetTokenClaims, unknown>("validate", claims)
    const account = transform(claims, ({ entity_id, actor_type }) => ({ entity_id, actor_type }))
    judgePasswordStep({ account, password: input.password })
    const changed = writePasswordStep({
      account,
      password: input.password,
      authority: transform(
        { claims, input },
        ({ claims: { token_hash, actor_type }, input: { client } }): Authority => ({
          by: "token",
          token_hash,
          actor_type,
          client,
        }),
      ),
    })
    announceStep(changed)
    return new WorkflowResponse(changed, { hooks: [validate] })
  },
)
