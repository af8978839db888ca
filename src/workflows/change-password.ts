import {
  createHook,
  createWorkflow,
  transform,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import type { ClientDescription } from "../modules/password-reset/types"
import type { Authority } from "../providers/emailpass/service"
import {
  announceStep,
  judgePasswordStep,
  type PasswordAccount,
  writePasswordStep,
} from "./set-password"

export type ChangePasswordInput = {
  account: PasswordAccount
  old_password: string
  password: string
  /** From where, for the mail that tells the account's owner. */
  client?: ClientDescription
}

/**
 * Sets a new password for somebody who is signed in and knows the old one; it ends the account's
 * sessions and its links. Compare-and-swap: of two changes at once that know the same old password,
 * one wins.
 *
 * Hook `validate` gets the account before anything is verified; what it throws refuses the change.
 *
 * @throws MedusaError `old_password_wrong`, or `password_rejected` with `reasons`
 */
export const changePasswordWorkflow = createWorkflow(
  "change-password",
  (input: ChangePasswordInput) => {
    const account = transform(input, (given) => given.account)
    const validate = createHook<"validate", PasswordAccount, unknown>("validate", account)
    judgePasswordStep({ account, password: input.password })
    const changed = writePasswordStep({
      account,
      password: input.password,
      authority: transform(
        input,
        ({ old_password, client, account: { actor_type } }): Authority => ({
          by: "old_password",
          old_password,
          actor_type,
          client,
        }),
      ),
    })
    announceStep(changed)
    return new WorkflowResponse(changed, { hooks: [validate] })
  },
)
