import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { sendNotReady } from "../error-responses"
import type { Guard } from "./guard"

/** Answers 503 where `db:migrate` has not run yet. Logins work without our tables, resets don't. */
export const requireTables: Guard = async (req, res, next) => {
  const { tables } = req.scope.resolve(PASSWORD_RESET_MODULE)
  return (await tables.areMissing()) ? sendNotReady(res) : next()
}
