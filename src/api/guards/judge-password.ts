import { approvedBodies } from "../../domain/passwords/approved-bodies"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { storeNameIn } from "../../modules/password-reset/store-name"
import { credentialsIn } from "../credentials"
import { sendPasswordRejected } from "../error-responses"
import type { Guard } from "./guard"

/**
 * Refuses a bad password of a new account. The provider judges it as well, but Medusa's route would
 * turn what the provider says into a 401 without reasons.
 */
export const judgePassword: Guard = async (req, res, next) => {
  const { email, password } = credentialsIn(req)
  if (!email || !password) {
    return next() // Medusa names what is missing.
  }
  const { passwordPolicy } = req.scope.resolve(PASSWORD_RESET_MODULE)
  const reasons = await passwordPolicy.judge(password, [email, await storeNameIn(req.scope)])
  if (reasons.length) {
    return sendPasswordRejected(req, res, { code: "password_rejected", reasons })
  }
  approvedBodies.add(req.body as object)
  next()
}
