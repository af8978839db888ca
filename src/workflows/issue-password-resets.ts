import type { MedusaContainer } from "@medusajs/framework/types"
import { AuthWorkflowEvents, ContainerRegistrationKeys } from "@medusajs/framework/utils"
import {
  createStep,
  createWorkflow,
  StepResponse,
  transform,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import { emitEventStep } from "@medusajs/medusa/core-flows"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import type { EmailpassAccount } from "../modules/password-reset/emailpass-accounts"
import type { RecentMails } from "../modules/password-reset/recent-mails"
import type { ClaimedReset, IssueOutcome } from "../modules/password-reset/types"
import { pickAccount } from "../security/address"
import { mintResetToken, PROVIDER } from "../security/reset-token"

/** What `auth.password_reset` carries: the same as when Medusa's own workflow emits it. */
export type PasswordResetEvent = {
  entity_id: string
  actor_type: string
  token: string
  metadata: Record<string, unknown>
}

type Issued = { events: PasswordResetEvent[]; claimed: number; isDelayed: boolean }

const issuePasswordResetsStep = createStep(
  "issue-password-resets",
  async ({ limit }: { limit: number }, { container }) => {
    const resets = container.resolve(PASSWORD_RESET_MODULE)
    const { claimed, isDelayed } = await resets.ledger.claim(limit)
    if (!claimed.length) {
      return new StepResponse<Issued>({ events: [], claimed: 0, isDelayed })
    }
    const accounts = await resets.findAccounts(claimed.map(({ identifier }) => identifier))
    const ids = accounts.map(({ auth_identity_id }) => auth_identity_id)
    const recent = await resets.ledger.findMailed(ids)
    const decided = (await resets.usesOurEmailpass())
      ? decide(claimed, accounts, recent, container)
      : claimed.map(({ id }): Decision =>
          failed(id, "this plugin's emailpass provider is not in use"),
        )
    const taken = await resets.ledger.recordIssued(decided.map(({ outcome }) => outcome))
    const events = decided.flatMap(({ outcome, event }) =>
      event && taken.has(outcome.id) ? [event] : [],
    )
    return new StepResponse<Issued>({ events, claimed: claimed.length, isDelayed })
  },
)

/**
 * Second verb: takes up to `limit` accepted requests, finds the account of each and mints its
 * token; the row keeps the token's hash, `auth.password_reset` carries the token. Works on many at
 * a time, since that is what a busy shop or an attack brings.
 *
 * @returns how many requests were claimed; fewer than `limit` means that none is left, or, where
 * `isDelayed`, that the rest must wait
 */
export const issuePasswordResetsWorkflow = createWorkflow(
  "issue-password-resets",
  (input: { limit: number }) => {
    const issued = issuePasswordResetsStep(input)
    emitEventStep({
      eventName: AuthWorkflowEvents.PASSWORD_RESET,
      data: transform(issued, ({ events }) => events) as unknown as Record<string, unknown>,
    })
    return new WorkflowResponse(
      transform(issued, ({ claimed, isDelayed }) => ({ claimed, isDelayed })),
    )
  },
)

type Decision = { outcome: IssueOutcome; event?: PasswordResetEvent }

function failed(id: string, failure_reason: string): Decision {
  return { outcome: { id, status: "failed", failure_reason } }
}

/**
 * Of several requests for one account in one batch, the newest gets the token; none does where
 * the account has had its share of mails.
 */
function decide(
  claimed: ClaimedReset[],
  accounts: EmailpassAccount[],
  recent: RecentMails,
  container: MedusaContainer,
): Decision[] {
  const { http } = container.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const usersMayReset = http.authMethodsPerActor?.user?.includes(PROVIDER) ?? true
  const served = new Set<string>()
  const newestFirst = [...claimed].sort((a, b) => (a.id < b.id ? 1 : -1))
  return newestFirst.map((reset): Decision => {
    const account = pickAccount(reset.identifier, accounts)
    const actor_type = account && actorOf(account, reset.actor_type, usersMayReset)
    if (!account || !actor_type) {
      return { outcome: { id: reset.id, status: "ignored" } }
    }
    const { auth_identity_id } = account
    if (served.has(auth_identity_id) || recent.areEnough(auth_identity_id, actor_type)) {
      return { outcome: { id: reset.id, status: "superseded" } }
    }
    const decision = issue(reset, account, actor_type, container)
    if (decision.event) {
      served.add(auth_identity_id)
    }
    return decision
  })
}

/** Why a reset fails whose link would lead nowhere. */
export function noPageFor(actor_type: string): string {
  return `no resetUrl for the actor type "${actor_type}"`
}

function issue(
  reset: ClaimedReset,
  account: EmailpassAccount,
  actor_type: string,
  container: MedusaContainer,
): Decision {
  const { options } = container.resolve(PASSWORD_RESET_MODULE)
  const { http } = container.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  if (!options.resetUrl[actor_type]) {
    return failed(reset.id, noPageFor(actor_type))
  }
  const { entity_id, provider_identity_id, auth_identity_id } = account
  const minted = mintResetToken(http, { entity_id, actor_type, ttl: options.tokenTtl })
  return {
    outcome: {
      id: reset.id,
      status: "issued",
      actor_type,
      entity_id,
      provider_identity_id,
      auth_identity_id,
      token_hash: minted.token_hash,
      expires_at: minted.expires_at,
    },
    event: { entity_id, actor_type, token: minted.token, metadata: reset.metadata ?? {} },
  }
}

/**
 * Whose link the account gets, or undefined where the asked actor is none of its own. An account
 * that has no actor yet counts as the asked one; one that holds a `user_id` always gets the `user`
 * link, since its actors share one password, unless users may not sign in with one at all.
 */
export function actorOf(
  { app_metadata }: Pick<EmailpassAccount, "app_metadata">,
  asked: string,
  usersMayReset: boolean,
): string | undefined {
  const actors = Object.entries(app_metadata ?? {})
    .filter(([key, id]) => key.endsWith("_id") && typeof id === "string" && id)
    .map(([key]) => key.slice(0, -"_id".length))
  if (actors.length && !actors.includes(asked)) {
    return undefined
  }
  return usersMayReset && actors.includes("user") ? "user" : asked
}
