import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, MedusaError } from "@medusajs/framework/utils"
import { createStep, StepResponse } from "@medusajs/framework/workflows-sdk"
import {
  actorIdIn,
  actorOf,
  actorsIn,
  mayUsePassword,
  providerNotAllowed,
} from "../../domain/accounts/actors"
import { pickAccount } from "../../domain/accounts/address"
import type { EmailpassAccount } from "../../domain/accounts/emailpass-accounts"
import type { PasswordResetEvent } from "../../domain/events/names"
import { requireAllowedRedirect } from "../../domain/tokens/redirect-url"
import { mintResetToken } from "../../domain/tokens/reset-token"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import type { ResetRequest, ResetStart } from "../../domain/resets/accept-reset"

export type StartInput = {
  identifier: string
  /** Without one, the account's own: `user` before all others. */
  actor_type?: string
  metadata?: Record<string, unknown>
  /**
   * Where the token goes: into a mail, to the caller, or both. With `both`, should the first attempt to
   * send the mail fail, the next one mails a fresh token, and the caller's is dead.
   */
  token: "mailed" | "handed_out" | "both"
  /** Who starts it, and what they say of it. */
  start: ResetStart & { started_by: string }
}

/** `token` where it is handed out: this once, and nowhere else. */
export type Started = { id: string; token?: string }

/** `event` brings the mail of a token that is handed out as well. */
export type Begun = Started & { event?: PasswordResetEvent }

/** Starts a reset for an account that exists. */
export const startPasswordResetStep = createStep(
  "start-password-reset",
  async (input: StartInput, { container }) => {
    const resets = container.resolve(PASSWORD_RESET_MODULE)
    const found = await findAccount(input, container)
    requireAllowedRedirect(
      input.metadata?.redirect_url,
      resets.options.allowedRedirectUrls[found.actor_type],
    )
    const { identifier, metadata = {}, start } = input
    const locale = resets.pickLocale([metadata.locale])
    const request = { identifier, actor_type: found.actor_type, metadata, locale, start }
    if (input.token !== "mailed") {
      const isMailed = input.token === "both"
      return new StepResponse<Begun>(await handOut(request, found.account, isMailed, container))
    }
    const accepted = await resets.resetRepository.accept(request)
    resets.wakeWorker()
    return new StepResponse<Begun>(accepted)
  },
)

type Found = { account: EmailpassAccount; actor_type: string }

async function findAccount(
  { identifier, actor_type }: StartInput,
  container: MedusaContainer,
): Promise<Found> {
  const { http } = container.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const accounts = await container.resolve(PASSWORD_RESET_MODULE).findAccounts([identifier])
  const account = pickAccount(identifier, accounts)
  const asked = actor_type ?? defaultActor(account ? actorsIn(account) : [], container)
  const actor = account && actorOf(account, asked, mayUsePassword("user", http))
  if (!account || !actor) {
    // Without the address: what is thrown is logged.
    throw new MedusaError(
      MedusaError.Types.NOT_FOUND,
      "There is no account with a password for this identifier" +
        (actor_type ? " and actor type" : ""),
    )
  }
  if (!mayUsePassword(actor, http)) {
    throw providerNotAllowed(actor)
  }
  return { account, actor_type: actor }
}

/** Whose page the link leads to, where nobody says it. */
function defaultActor(own: string[], container: MedusaContainer): string {
  const { http } = container.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const { resetUrl } = container.resolve(PASSWORD_RESET_MODULE).options
  const able = own.filter((actor) => mayUsePassword(actor, http))
  const known = ["user", "customer"].find((actor) => able.includes(actor))
  return known ?? able.find((actor) => resetUrl[actor]) ?? "customer"
}

/** @throws MedusaError `forbidden` for an account that holds a `user_id` (OWASP ASVS 5.0, 6.4.6) */
async function handOut(
  request: ResetRequest,
  account: EmailpassAccount,
  isMailed: boolean,
  container: MedusaContainer,
): Promise<Begun> {
  if (actorIdIn(account.app_metadata, "user")) {
    throw new MedusaError(
      MedusaError.Types.FORBIDDEN,
      "The token of a user is nobody else's: it can be mailed only",
    )
  }
  const { resetRepository, options } = container.resolve(PASSWORD_RESET_MODULE)
  const { http } = container.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const { entity_id } = account
  const { actor_type } = request
  const ttl = request.start?.token_ttl ?? options.tokenTtl
  const { token, ...minted } = mintResetToken(http, { entity_id, actor_type, ttl })
  const { id } = await resetRepository.handOut({
    request,
    account: { ...account, actor_id: actorIdIn(account.app_metadata, actor_type) },
    token: minted,
    isMailed,
  })
  const event = { entity_id, actor_type, token, metadata: request.metadata }
  return { id, token, ...(isMailed && { event }) }
}
