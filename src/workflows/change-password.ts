import {
  createHook,
  createWorkflow,
  transform,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"
import type { ClientDescription } from "../domain/passwords/notice-repository"
import {
  type NewPassword,
  type PasswordAccount,
  setPassword,
  setPasswordStep,
} from "./steps/set-password"
import { runDirectly } from "../engine/run-directly"

export type ChangePasswordInput = {
  account: PasswordAccount
  old_password: string
  password: string
  /** From where, for the mail that tells the account's owner. */
  client?: ClientDescription
}

/** What is to be set, by the right that knowing the old password gives. */
function byOldPassword({
  account,
  old_password,
  password,
  client,
}: ChangePasswordInput): NewPassword {
  const { actor_type } = account
  return { account, password, authority: { by: "old_password", old_password, actor_type, client } }
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
  "password-reset-change-password",
  (input: ChangePasswordInput) => {
    const account = transform(input, (given) => given.account)
    const validate = createHook<"validate", PasswordAccount, unknown>("validate", account)
    const changed = setPasswordStep(transform(input, byOldPassword))
    return new WorkflowResponse(changed, { hooks: [validate] })
  },
)

/** The same without Medusa's engine where nobody hooks into it. */
export const changePassword = runDirectly(
  changePasswordWorkflow,
  async (input: ChangePasswordInput, container) => setPassword(byOldPassword(input), container),
)
