import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { errorOf, isPasswordRejected } from "../../domain/errors"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { changePassword } from "../../workflows/change-password"
import { sendPasswordRejected, sendTooManyRequests } from "../error-responses"
import { passes } from "../guarded-route"
import { boundHashing } from "../guards/bound-hashing"
import { clientOf, describeClient } from "../request-client"
import { keepSession } from "./keep-session"
import { requireOwnAccount } from "./own-account"
import type { ChangePassword } from "./validators"

/**
 * Sets a new password for somebody who is signed in and knows the old one (OWASP ASVS 5.0, 6.2.2 and
 * 6.2.3). Every session of the account ends. With `keep_session` this one goes on, by a new cookie or
 * by the new JWT in the answer.
 */
export async function changeOwnPassword(
  req: AuthenticatedMedusaRequest<ChangePassword>,
  res: MedusaResponse,
) {
  const account = await requireOwnAccount(req)
  const { throttle } = req.scope.resolve(PASSWORD_RESET_MODULE)
  const attempt = await throttle?.admitLogin(account.entity_id, clientOf(req))
  if (attempt?.allowed === false) {
    return sendTooManyRequests(res, attempt)
  }
  // Comes after the throttle: its refusals are paced, and must not take a hashing place while they wait.
  if (!(await passes(boundHashing, req, res))) {
    return attempt?.settle("none")
  }
  const { keep_session, ...passwords } = req.validatedBody
  try {
    const client = describeClient(req)
    const { generation } = await changePassword({ account, ...passwords, client }, req.scope)
    await attempt?.settle("success")
    const kept = keep_session ? await keepSession(req, generation) : {}
    res.json({ success: true, ...kept })
  } catch (error) {
    await attempt?.settle(isOldPasswordWrong(error) ? "failure" : "none")
    if (isPasswordRejected(error)) {
      return sendPasswordRejected(req, res, error)
    }
    throw error
  }
}

function isOldPasswordWrong(error: unknown): boolean {
  return (error as { code?: unknown }).code === errorOf("old_password_wrong").code
}
