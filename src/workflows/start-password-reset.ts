import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, MedusaError } from "@medusajs/framework/utils"
import {
  createHook,
  createStep,
  createWorkflow,
  StepResponse,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import type { EmailpassAccount } from "../modules/password-reset/emailpass-accounts"
import type { ResetStart } from "../modules/password-reset/types"
import { pickAccount } from "../security/address"
import { allowedRedirectUrl } from "../security/redirect-url"
import { mintResetToken, PROVIDER } from "../security/reset-token"
import { actorIdIn, actorOf, actorsIn } from "./actor-of"
import { wakeWorkerStep } from "./request-password-reset"

export type StartInput = {
  identifier: string
  /** Without one, the account's own: `user` before all others. */
  actor_type?: string
  metadata?: Record<string, unknown>
  /** False: the token is handed to the caller, and no mail is sent. */
  deliver: boolean
  /** Who starts it, and what they say of it. */
  start: ResetStart & { started_by: string }
}

/** `token` where it is handed out: this once, and nowhere else. */
export type Started = { id: string; token?: string }

const startPasswordResetStep = createStep(
  "start-password-reset",
  async ({ deliver, ...input }: StartInput, { container }) => {
    const found = await findAccount(input, container)
    requireAllowedRedirect(input.metadata?.redirect_url, found.actor_type, container)
    const started = deliver
      ? await accept(input, found, container)
      : await handOut(input, found, container)
    return new StepResponse<Started>(started)
  },
)

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
  "start-password-reset",
  (input: StartInput) => {
    const validate = createHook("validate", input)
    const started = startPasswordResetStep(input)
    wakeWorkerStep(started)
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
type Input = Omit<StartInput, "deliver">

async function findAccount(
  { identifier, actor_type }: Input,
  container: MedusaContainer,
): Promise<Found> {
  const accounts = await container.resolve(PASSWORD_RESET_MODULE).findAccounts([identifier])
  const account = pickAccount(identifier, accounts)
  const { http } = container.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const usersMayReset = http.authMethodsPerActor?.user?.includes(PROVIDER) ?? true
  const own = account && actorsIn(account)
  const asked = actor_type ?? (own?.includes("user") ? "user" : (own?.[0] ?? "customer"))
  const actor = account && actorOf(account, asked, usersMayReset)
  if (!account || !actor) {
    throw new MedusaError(
      MedusaError.Types.NOT_FOUND,
      `There is no account with a password for ${identifier}` +
        (actor_type ? ` and the actor type ${actor_type}` : ""),
    )
  }
  return { account, actor_type: actor }
}

async function accept(
  { identifier, metadata = {}, start }: Input,
  { actor_type }: Found,
  container: MedusaContainer,
): Promise<Started> {
  const resets = container.resolve(PASSWORD_RESET_MODULE)
  const locale = resets.pickLocale([metadata.locale])
  return resets.ledger.accept({ identifier, actor_type, metadata, locale, start })
}

async function handOut(
  { identifier, metadata = {}, start }: Input,
  { account, actor_type }: Found,
  container: MedusaContainer,
): Promise<Started> {
  const { entity_id, provider_identity_id, auth_identity_id, app_metadata } = account
  if (actorIdIn(app_metadata, "user")) {
    throw new MedusaError(
      MedusaError.Types.FORBIDDEN,
      "The token of a user is nobody else's: it can be mailed only",
    )
  }
  const { ledger, options } = container.resolve(PASSWORD_RESET_MODULE)
  const { http } = container.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const ttl = start.token_ttl ?? options.tokenTtl
  const { token, token_hash, expires_at } = mintResetToken(http, { entity_id, actor_type, ttl })
  const { id } = await ledger.handOut({
    identifier,
    actor_type,
    actor_id: actorIdIn(app_metadata, actor_type),
    entity_id,
    provider_identity_id,
    auth_identity_id,
    token_hash,
    expires_at,
    metadata,
    start,
  })
  return { id, token }
}
