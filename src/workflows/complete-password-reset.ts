import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, MedusaError, Modules } from "@medusajs/framework/utils"
import {
  createHook,
  createStep,
  createWorkflow,
  StepResponse,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import { emitEventStep } from "@medusajs/medusa/core-flows"
import { errorOf, isErrorCode, passwordRejected } from "../errors"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import { type PasswordUpdate, SPEND } from "../providers/emailpass/service"
import { PROVIDER, type ResetTokenClaims } from "../security/reset-token"
import { storeNameOf } from "./store-name"

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

const judgePasswordStep = createStep(
  "judge-password",
  async ({ claims, password }: { claims: ResetTokenClaims; password: string }, { container }) => {
    const context = [
      claims.entity_id,
      await storeNameOf(container),
      ...(await namesOf(claims, container)),
    ]
    const { passwordPolicy } = container.resolve(PASSWORD_RESET_MODULE)
    const reasons = await passwordPolicy.judge(password, context)
    if (reasons.length) {
      throw passwordRejected(reasons)
    }
  },
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

/** The first and last name of the customer or user behind the account, as far as there is one. */
async function namesOf(
  { entity_id, actor_type }: ResetTokenClaims,
  container: MedusaContainer,
): Promise<string[]> {
  const [identity] = await container
    .resolve(Modules.AUTH)
    .listAuthIdentities({ provider_identities: { entity_id, provider: PROVIDER } })
  const id = identity?.app_metadata?.[`${actor_type}_id`]
  if (!id || (actor_type !== "customer" && actor_type !== "user")) {
    return []
  }
  const { data } = await container.resolve(ContainerRegistrationKeys.QUERY).graph({
    entity: actor_type,
    fields: ["first_name", "last_name"],
    filters: { id: id as string },
  })
  return data.flatMap(({ first_name, last_name }) => [first_name ?? "", last_name ?? ""])
}

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
    judgePasswordStep({ claims, password: input.password })
    const changed = writePasswordStep({ claims, password: input.password })
    emitEventStep({ eventName: PASSWORD_CHANGED, data: changed })
    return new WorkflowResponse(changed, { hooks: [validate] })
  },
)
