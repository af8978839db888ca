import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, MedusaError, Modules } from "@medusajs/framework/utils"
import { createStep, StepResponse } from "@medusajs/framework/workflows-sdk"
import { errorOf, isErrorCode, passwordRejected } from "../errors"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import { type Authority, AUTHORITY, type PasswordUpdate } from "../providers/emailpass/service"
import { PROVIDER } from "../security/reset-token"
import { generationOf } from "../security/session"
import { storeNameOf } from "./store-name"
import { tryEmit } from "./try-emit"

/** A password has been changed. Carries `PasswordChangedEvent`. */
export const PASSWORD_CHANGED = "auth.password_changed"

export type PasswordChangedEvent = {
  auth_identity_id: string
  entity_id: string
  actor_type: string
  /** `reset`: by a link; `change`: by somebody signed in who knew the old one. */
  reason: "reset" | "change"
}

/** What became of the account. */
export type PasswordChanged = PasswordChangedEvent & {
  /** Of the new password: sessions of an older one have ended. */
  generation: number
}

/** Whose password it is. */
export type PasswordAccount = { entity_id: string; actor_type: string }

/** Refuses a new password that breaks a rule; its owner's names are among the words to avoid. */
export const judgePasswordStep = createStep(
  "judge-password",
  async ({ account, password }: { account: PasswordAccount; password: string }, { container }) => {
    const context = [
      account.entity_id,
      await storeNameOf(container),
      ...(await namesOf(account, container)),
    ]
    const { passwordPolicy } = container.resolve(PASSWORD_RESET_MODULE)
    const reasons = await passwordPolicy.judge(password, context)
    if (reasons.length) {
      throw passwordRejected(reasons)
    }
  },
)

type WriteInput = { account: PasswordAccount; password: string; authority: Authority }

/** Writes the password by the provider, and makes this instance know at once what has ended. */
export const writePasswordStep = createStep(
  "write-password",
  async ({ account, password, authority }: WriteInput, { container }) => {
    const resets = container.resolve(PASSWORD_RESET_MODULE)
    if (!(await resets.usesOurEmailpass())) {
      throw new MedusaError(
        MedusaError.Types.UNEXPECTED_STATE,
        "Passwords can't be set: this plugin's emailpass provider is not in use",
      )
    }
    const { entity_id, actor_type } = account
    const update: PasswordUpdate = { entity_id, password, [AUTHORITY]: authority }
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
    const generation = generationOf(authIdentity.app_metadata)
    resets.sessions?.add(authIdentity.id, generation)
    await resets.throttle?.clearLogin(entity_id)
    return new StepResponse<PasswordChanged>({
      auth_identity_id: authIdentity.id,
      entity_id,
      actor_type,
      reason: authority.by === "token" ? "reset" : "change",
      generation,
    })
  },
)

/** Tells of it. A password that is written stays so, whatever the event bus says. */
export const announceStep = createStep(
  "announce",
  async ({ generation: _, ...data }: PasswordChanged, { container }) => {
    await tryEmit({ name: PASSWORD_CHANGED, data }, container, { level: "error" })
  },
)

/** The first and last name of the customer or user behind the account, as far as there is one. */
async function namesOf(
  { entity_id, actor_type }: PasswordAccount,
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
