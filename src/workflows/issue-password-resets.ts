import { createWorkflow, transform, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { emitTokensStep } from "./steps/emit-tokens"
import { type Issued, issuePasswordResetsStep } from "./steps/issue-password-resets"

/** `ids` holds the resets whose token is new and whose event is out. */
export type IssuePasswordResetsResult = Omit<Issued, "events">

/**
 * Second verb: takes up to `limit` requests that are due, finds the account of each and mints its
 * token. The row keeps the token's hash; `auth.password_reset` carries the token. It works on many at
 * a time, since that is what a busy shop or an attack brings.
 *
 * @returns what is still to be delivered, and how many requests were claimed: fewer than `limit` means
 * that none is left, or, where `isDelayed`, that the rest must wait
 */
export const issuePasswordResetsWorkflow = createWorkflow(
  "password-reset-issue",
  (input: { limit: number }) => {
    const issued = issuePasswordResetsStep(input)
    const isOut = emitTokensStep(issued)
    return new WorkflowResponse(
      transform(
        { issued, isOut },
        ({ issued: { events: _, ids, ...rest }, isOut }): IssuePasswordResetsResult => {
          return { ...rest, ids: isOut ? ids : [] }
        },
      ),
    )
  },
)
