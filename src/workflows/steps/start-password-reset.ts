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
import { BesideEngine, needsRun } from "../../engine/beside-engine"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import type { ResetRequest, ResetStart } from "../../domain/resets/accept-reset"

export type StartInput = {
  identifier: string
  /** @default an actor type of the account, `user` first */
  actor_type?: string
  metadata?: Record<string, unknown>
  /**
   * Where the token goes: into an email, to the caller, or both. With `both`, if the first attempt to send
   * the email fails, the next one mails a new token, and the caller's ends.
   */
  token: "mailed" | "handed_out" | "both"
  /** Who starts it, and what they know about it. */
  start: ResetStart & { started_by: string }
}

/** `token` is present only where it is handed out. */
export type Started = { id: string; token?: string }

/** A token that is handed out travels beside Medusa's engine. */
type HandedOutToken = {
  token?: string
  /** Present for a token that is mailed as well: emitting it sends the email. */
  event?: PasswordResetEvent
}

export const handedOutToken = new BesideEngine<HandedOutToken>()

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
      const id = await handOut(request, found.account, isMailed, container)
      return new StepResponse<Started>({ id })
    }
    const accepted = await resets.resetRepository.accept(request)
    resets.wakeWorker()
    return new StepResponse<Started>(accepted)
  },
)

type FoundAccount = { account: EmailpassAccount; actor_type: string }

async function findAccount(
  { identifier, actor_type }: StartInput,
  container: MedusaContainer,
): Promise<FoundAccount> {
  const { http } = container.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const accounts = await container.resolve(PASSWORD_RESET_MODULE).findAccounts([identifier])
  const account = pickAccount(identifier, accounts)
  const asked = actor_type ?? defaultActor(account ? actorsIn(account) : [], container)
  const actor = account && actorOf(account, asked, mayUsePassword("user", http))
  if (!account || !actor) {
    // The address is left out of the message, because Medusa logs it.
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

/** Chooses the actor type, and with it the page of the link, where the caller names none. */
function defaultActor(actors: string[], container: MedusaContainer): string {
  const { http } = container.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const { resetUrl } = container.resolve(PASSWORD_RESET_MODULE).options
  const allowed = actors.filter((actor) => mayUsePassword(actor, http))
  const preferred = ["user", "customer"].find((actor) => allowed.includes(actor))
  return preferred ?? allowed.find((actor) => resetUrl[actor]) ?? "customer"
}

/**
 * Mints a token, and puts it where the caller of the workflow's `run` gets it.
 *
 * @returns the id of the reset
 * @throws MedusaError `forbidden` for an account that is a user's, or another actor's as well (OWASP ASVS 5.0,
 * 6.4.6)
 */
async function handOut(
  request: ResetRequest,
  account: EmailpassAccount,
  isMailed: boolean,
  container: MedusaContainer,
): Promise<string> {
  const handedOut = handedOutToken.get()
  if (!handedOut) {
    throw needsRun("startPasswordResetWorkflow")
  }
  const { entity_id } = account
  const { actor_type } = request
  const other = actorsIn(account).find((actor) => actor === "user" || actor !== actor_type)
  if (other) {
    throw new MedusaError(
      MedusaError.Types.FORBIDDEN,
      `The account belongs to a ${other}, whose token can only be mailed`,
    )
  }
  const { resetRepository, options } = container.resolve(PASSWORD_RESET_MODULE)
  const { http } = container.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const ttl = request.start?.token_ttl ?? options.tokenTtl
  const { token, ...minted } = mintResetToken(http, { entity_id, actor_type, ttl })
  const { id } = await resetRepository.handOut({
    request,
    account: { ...account, actor_id: actorIdIn(account.app_metadata, actor_type) },
    token: minted,
    isMailed,
  })
  handedOut.token = token
  if (isMailed) {
    handedOut.event = { entity_id, actor_type, token, metadata: request.metadata }
  }
  return id
}
