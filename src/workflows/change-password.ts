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
  /** Where the change comes from, for the email "your password was changed". */
  client?: ClientDescription
}

/** Turns the input into a password to set, authorized by the old password. */
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
 * Changes the password of somebody who is signed in and knows the old one. The account's sessions and reset
 * links end. It works as a compare-and-swap: if two changes with the same old password run at once, one wins.
 *
 * The hook `validate` gets the account before anything is verified. If it throws, the change is refused.
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

/** Does the same without Medusa's engine, unless the store hooks into the workflow: see `runDirectly`. */
export const changePassword = runDirectly(
  changePasswordWorkflow,
  async (input: ChangePasswordInput, container) => setPassword(byOldPassword(input), container),
)
