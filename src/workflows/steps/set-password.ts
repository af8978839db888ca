import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, MedusaError, Modules } from "@medusajs/framework/utils"
import { createStep, StepResponse } from "@medusajs/framework/workflows-sdk"
import { errorOf, isErrorCode, passwordRejected } from "../../domain/errors"
import { emitEvent } from "../../domain/events/emit-event"
import { PASSWORD_CHANGED, type PasswordChangedEvent } from "../../domain/events/names"
import { storeNameOf } from "../../domain/mails/store-name"
import { generationOf } from "../../domain/sessions/session"
import { PROVIDER } from "../../domain/tokens/reset-token"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { type Authority, AUTHORITY, type PasswordUpdate } from "../../providers/emailpass/authority"
import { emitterOf } from "./emitter"

/** What became of the account. */
export type PasswordChanged = PasswordChangedEvent & {
  /** Of the new password: sessions of an older one have ended. */
  generation: number
}

/** Whose password it is. */
export type PasswordAccount = { entity_id: string; actor_type: string }

/** Whose password it is to be, what is to become of it, and by what right. */
export type NewPassword = { account: PasswordAccount; password: string; authority: Authority }

/**
 * Sets a password: judges it, writes it, and tells of it.
 *
 * @throws MedusaError what refuses it; then nothing has changed
 */
export async function setPassword(
  given: NewPassword,
  container: MedusaContainer,
): Promise<PasswordChanged> {
  await judge(given, container)
  const changed = await write(given, container)
  await announce(changed, container)
  return changed
}

export const setPasswordStep = createStep(
  "set-password",
  async (input: NewPassword, { container }) =>
    new StepResponse(await setPassword(input, container)),
)

/** Refuses a new password that breaks a rule; its owner's names are among the words to avoid. */
async function judge({ account, password }: NewPassword, container: MedusaContainer) {
  const resets = container.resolve(PASSWORD_RESET_MODULE)
  const { branding } = resets.options.email
  const [storeName, names] = await Promise.all([
    storeNameOf(container.resolve(Modules.STORE), branding.storeName),
    resets.findOwnerNames(account),
  ])
  const words = [account.entity_id, storeName, ...names]
  const reasons = await resets.passwordPolicy.judge(password, words)
  if (reasons.length) {
    throw passwordRejected(reasons)
  }
}

/** Writes the password by the provider. This instance knows at once which sessions have ended. */
async function write(
  { account, password, authority }: NewPassword,
  container: MedusaContainer,
): Promise<PasswordChanged> {
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
  return {
    auth_identity_id: authIdentity.id,
    entity_id,
    actor_type,
    reason: authority.by === "token" ? "reset" : "change",
    generation,
  }
}

/** Tells of it. A password that is written stays so, whatever the event bus says. */
async function announce({ generation: _, ...data }: PasswordChanged, container: MedusaContainer) {
  await emitEvent({ name: PASSWORD_CHANGED, data }, emitterOf(container), { level: "error" })
}
