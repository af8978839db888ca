import type { MedusaContainer } from "@medusajs/framework/types"
import {
  AuthWorkflowEvents,
  ContainerRegistrationKeys,
  MedusaError,
} from "@medusajs/framework/utils"
import {
  createHook,
  createStep,
  createWorkflow,
  StepResponse,
  transform,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import { providerNotAllowed } from "../domain/errors"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import type { EmailpassAccount } from "../domain/accounts/emailpass-accounts"
import type { ResetRequest, ResetStart } from "../domain/resets/accept-reset"
import { pickAccount } from "../domain/accounts/address"
import { allowedRedirectUrl } from "../domain/tokens/redirect-url"
import { mintResetToken } from "../domain/tokens/reset-token"
import { actorIdIn, actorOf, actorsIn, mayUsePassword } from "../domain/accounts/actors"
import type { PasswordResetEvent } from "./issue-password-resets"
import { emitEvent } from "../domain/events/emit-event"
import { wakeWorker } from "../worker/wake-worker"

export type StartInput = {
  identifier: string
  /** Without one, the account's own: `user` before all others. */
  actor_type?: string
  metadata?: Record<string, unknown>
  /**
   * Where the token goes: into a mail, to the caller, or both. Of both, should the first attempt to send
   * the mail fail, the next one mails a fresh token, and the caller's is dead.
   */
  token: "mailed" | "handed_out" | "both"
  /** Who starts it, and what they say of it. */
  start: ResetStart & { started_by: string }
}

/** `token` where it is handed out: this once, and nowhere else. */
export type Started = { id: string; token?: string }

/** `event` brings the mail of a token that is handed out as well. */
type Begun = Started & { event?: PasswordResetEvent }

const startPasswordResetStep = createStep(
  "start-password-reset",
  async (input: StartInput, { container }) => {
    const found = await findAccount(input, container)
    requireAllowedRedirect(input.metadata?.redirect_url, found.actor_type, container)
    const request = requestOf(input, found, container)
    if (input.token !== "mailed") {
      const isMailed = input.token === "both"
      return new StepResponse<Begun>(await handOut(request, found, isMailed, container))
    }
    const { resetRepository } = container.resolve(PASSWORD_RESET_MODULE)
    const accepted = await resetRepository.accept(request)
    wakeWorker(container)
    return new StepResponse<Begun>(accepted)
  },
)

/** An event that gets lost loses no mail: the row says that it is due. */
const emitTokenStep = createStep("emit-token", async ({ id, event }: Begun, { container }) => {
  const { resetRepository, options } = container.resolve(PASSWORD_RESET_MODULE)
  const message = event && { name: AuthWorkflowEvents.PASSWORD_RESET, data: event }
  if (message && (await emitEvent(message, container)) && !options.email.isOn) {
    await resetRepository.finish([id]) // Nobody here waits for its mail.
  }
})

/**
 * A reset that somebody trusted starts for an account: an operator, or another system. It keeps all
 * promises of one that its owner has asked for, but is not held back by the mails of late.
 *
 * Hook `validate` gets the input before anything is done; what it throws refuses it.
 *
 * @throws MedusaError `not_found` where there is no account; `forbidden` where a token would be handed out
 * for an account that holds a `user_id` (OWASP ASVS 5.0, 6.4.6)
 */
export const startPasswordResetWorkflow = createWorkflow(
  "password-reset-start",
  (input: StartInput) => {
    const validate = createHook("validate", input)
    const begun = startPasswordResetStep(input)
    emitTokenStep(begun)
    const started = transform(begun, ({ event: _, ...rest }): Started => rest)
    return new WorkflowResponse(started, { hooks: [validate] })
  },
)

/**
 * A page that the link may not lead to is refused, whoever asks.
 *
 * @throws MedusaError `invalid_data`
 */
export function requireAllowedRedirect(
  redirect_url: unknown,
  actor_type: string,
  container: MedusaContainer,
): void {
  const { allowedRedirectUrls } = container.resolve(PASSWORD_RESET_MODULE).options
  if (
    redirect_url !== undefined &&
    !allowedRedirectUrl(redirect_url, allowedRedirectUrls[actor_type])
  ) {
    throw new MedusaError(
      MedusaError.Types.INVALID_DATA,
      "Field 'metadata.redirect_url' is not under an allowed URL",
    )
  }
}

type Found = { account: EmailpassAccount; actor_type: string }

async function findAccount(
  { identifier, actor_type }: StartInput,
  container: MedusaContainer,
): Promise<Found> {
  const accounts = await container.resolve(PASSWORD_RESET_MODULE).findAccounts([identifier])
  const account = pickAccount(identifier, accounts)
  const asked = actor_type ?? defaultActor(account ? actorsIn(account) : [], container)
  const actor = account && actorOf(account, asked, mayUsePassword("user", container))
  if (!account || !actor) {
    // Without the address: what is thrown is logged.
    throw new MedusaError(
      MedusaError.Types.NOT_FOUND,
      "There is no account with a password for this identifier" +
        (actor_type ? " and actor type" : ""),
    )
  }
  if (!mayUsePassword(actor, container)) {
    throw providerNotAllowed(actor)
  }
  return { account, actor_type: actor }
}

/** Whose page the link leads to, where nobody says it. */
function defaultActor(own: string[], container: MedusaContainer): string {
  const { resetUrl } = container.resolve(PASSWORD_RESET_MODULE).options
  const able = own.filter((actor) => mayUsePassword(actor, container))
  const known = ["user", "customer"].find((actor) => able.includes(actor))
  return known ?? able.find((actor) => resetUrl[actor]) ?? "customer"
}

function requestOf(
  { identifier, metadata = {}, start }: StartInput,
  { actor_type }: Found,
  container: MedusaContainer,
): ResetRequest {
  const locale = container.resolve(PASSWORD_RESET_MODULE).pickLocale([metadata.locale])
  return { identifier, actor_type, metadata, locale, start }
}

async function handOut(
  request: ResetRequest,
  { account, actor_type }: Found,
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
