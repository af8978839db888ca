import { createWorkflow, transform, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { emitTokensStep } from "./steps/emit-tokens"
import {
  type Issued,
  issuedTokens,
  type IssuedTokens,
  issuePasswordResetsStep,
} from "./steps/issue-password-resets"

/** `ids` are the resets that got a new token whose event was emitted; `again` are tokens still to be mailed. */
export type IssuePasswordResetsResult = Issued & Pick<IssuedTokens, "again">

/**
 * Second verb: claims up to `limit` requests that are due, finds the account of each and mints its token.
 * The row keeps the token's hash, and the event `auth.password_reset` carries the token. Requests are
 * handled in batches, because a busy shop or an attack brings many at once.
 *
 * @returns what is still to be delivered, and `claimed`. If fewer than `limit` were claimed, none is left,
 * or `isDelayed` says that the rest has to wait for `throttle.mailsPerMinute`
 */
export const issuePasswordResetsWorkflow = issuedTokens.wrap(
  createWorkflow("password-reset-issue", (input: { limit: number }) => {
    const issued = issuePasswordResetsStep(input)
    const isEmitted = emitTokensStep(issued)
    return new WorkflowResponse(
      transform({ issued, isEmitted }, (done): IssuePasswordResetsResult => {
        return { ...done.issued, ids: done.isEmitted ? done.issued.ids : [], again: [] }
      }),
    )
  }),
  (input) => ({ input, kept: { events: [], again: [] } }),
  (result: IssuePasswordResetsResult, { again }) => ({ ...result, again }),
)
