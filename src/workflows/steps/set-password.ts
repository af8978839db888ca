import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, MedusaError, Modules } from "@medusajs/framework/utils"
import { createStep, StepResponse } from "@medusajs/framework/workflows-sdk"
import { errorOf, isErrorCode, passwordRejected } from "../../domain/errors"
import { emitEvent } from "../../domain/events/emit-event"
import { PASSWORD_CHANGED, type PasswordChangedEvent } from "../../domain/events/names"
import { generationOf } from "../../domain/sessions/session"
import { PROVIDER } from "../../domain/tokens/reset-token"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { storeNameIn } from "../../modules/password-reset/store-name"
import { type Authority, AUTHORITY, type PasswordUpdate } from "../../domain/passwords/authority"
import { emitterOf } from "../../engine/emitter"

/** The outcome of a changed password. */
export type PasswordChanged = PasswordChangedEvent & {
  /** The generation of the new password. Sessions of older generations have ended. */
  generation: number
}

/** An account: the address that it signs in with, and the actor type that the password is set for. */
export type PasswordAccount = { entity_id: string; actor_type: string }

/** A password to set: for which account, and by what right. */
export type NewPassword = { account: PasswordAccount; password: string; authority: Authority }

/**
 * Sets a password: checks it against the password rules, writes it, and emits `auth.password_changed`.
 *
 * @throws MedusaError with an `ErrorCode`, or `unexpected_state` if it could not be written. Then nothing
 * has changed
 */
export async function setPassword(
  given: NewPassword,
  container: MedusaContainer,
): Promise<PasswordChanged> {
  await requireGoodPassword(given, container)
  const changed = await writeByProvider(given, container)
  await emitPasswordChanged(changed, container)
  return changed
}

export const setPasswordStep = createStep(
  "set-password",
  async (input: NewPassword, { container }) =>
    new StepResponse(await setPassword(input, container)),
)

/** Refuses a password that breaks a rule. It must not contain the owner's names or the store's. */
async function requireGoodPassword({ account, password }: NewPassword, container: MedusaContainer) {
  const resets = container.resolve(PASSWORD_RESET_MODULE)
  const [storeName, names] = await Promise.all([
    storeNameIn(container),
    resets.findOwnerNames(account),
  ])
  const words = [account.entity_id, storeName, ...names]
  const reasons = await resets.passwordPolicy.judge(password, words)
  if (reasons.length) {
    throw passwordRejected(reasons)
  }
}

/**
 * Writes the password through the provider. This instance then ends the account's sessions at once; the
 * others learn of it from the database.
 */
async function writeByProvider(
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

/** Emits the event. An event bus that fails cannot undo a password that is written. */
async function emitPasswordChanged(
  { generation: _, ...data }: PasswordChanged,
  container: MedusaContainer,
) {
  await emitEvent({ name: PASSWORD_CHANGED, data }, emitterOf(container), { level: "error" })
}
