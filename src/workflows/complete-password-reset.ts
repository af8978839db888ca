import { ContainerRegistrationKeys, MedusaError, Modules } from "@medusajs/framework/utils"
import {
  createHook,
  createStep,
  createWorkflow,
  StepResponse,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import { emitEventStep } from "@medusajs/medusa/core-flows"
import { errorOf, isErrorCode } from "../errors"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import { type PasswordUpdate, SPEND } from "../providers/emailpass/service"
import { PROVIDER, type ResetTokenClaims } from "../security/reset-token"

/** A password has been changed. Carries `PasswordChangedEvent`. */
export const PASSWORD_CHANGED = "auth.password_changed"

export type PasswordChangedEvent = {
  auth_identity_id: string
  entity_id: string
  actor_type: string
  reason: "reset"
}

export type CompleteInput = {
  /** The `Authorization` header that carries the token. */
  authorization?: string
  actor_type: string
  password: string
  /** The address that the caller says the token is for; it must be. */
  email?: string
}

const checkTokenStep = createStep(
  "check-token",
  async ({ authorization, actor_type, email }: CompleteInput, { container }) =>
    new StepResponse(
      await container.resolve(PASSWORD_RESET_MODULE).checkToken(authorization, actor_type, email),
    ),
)

const writePasswordStep = createStep(
  "write-password",
  async ({ claims, password }: { claims: ResetTokenClaims; password: string }, { container }) => {
    if (!(await container.resolve(PASSWORD_RESET_MODULE).usesOurEmailpass())) {
      throw new MedusaError(
        MedusaError.Types.UNEXPECTED_STATE,
        "Passwords can't be reset: this plugin's emailpass provider is not in use",
      )
    }
    const { entity_id, actor_type, token_hash } = claims
    const update: PasswordUpdate = { entity_id, password, [SPEND]: { token_hash, actor_type } }
    const { success, error, authIdentity } = await container
      .resolve(Modules.AUTH)
      .updateProvider(PROVIDER, update)
    if (isErrorCode(error)) {
      throw errorOf(error)
    }
    if (!success || !authIdentity) {
      const reason = "The password could not be written"
      container
        .resolve(ContainerRegistrationKeys.LOGGER)
        .error(`medusa-plugin-password-reset: ${reason}: ${error}`)
      throw new MedusaError(MedusaError.Types.UNEXPECTED_STATE, reason)
    }
    return new StepResponse<PasswordChangedEvent>({
      auth_identity_id: authIdentity.id,
      entity_id,
      actor_type,
      reason: "reset",
    })
  },
)

/**
 * Fourth verb: spends the token and sets the password. It signs nobody in.
 *
 * Hook `validate` gets the token's claims before anything is spent; what it throws refuses the
 * reset, and the link works as before.
 *
 * @throws MedusaError `unauthorized` with a token's code; the link then works as before
 */
export const completePasswordResetWorkflow = createWorkflow(
  "complete-password-reset",
  (input: CompleteInput) => {
    const claims = checkTokenStep(input)
    const validate = createHook<"validate", ResetTokenClaims, unknown>("validate", claims)
    const changed = writePasswordStep({ claims, password: input.password })
    emitEventStep({ eventName: PASSWORD_CHANGED, data: changed })
    return new WorkflowResponse(changed, { hooks: [validate] })
  },
)
