import type { MedusaResponse } from "@medusajs/framework/http"
import type { AttemptOutcome } from "../../domain/throttle/throttle"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { credentialsIn } from "../credentials"
import { sendTooManyRequests } from "../error-responses"
import { clientIpOf } from "../request-client"
import type { Guard } from "./guard"
import { onRequestEnd } from "./on-request-end"

/** Refuses one attempt too many on a password, whatever the method or the path. */
export const limitLogins: Guard = async (req, res, next) => {
  const { throttle } = req.scope.resolve(PASSWORD_RESET_MODULE)
  const { email, password } = credentialsIn(req)
  if (!throttle || email === undefined || password === undefined) {
    return next() // Without both, Medusa refuses the request and verifies no password.
  }
  const attempt = await throttle.admitLogin(email, clientIpOf(req))
  if (!attempt.allowed) {
    return sendTooManyRequests(res, attempt)
  }
  onRequestEnd(req, res, () => void attempt.settle(outcomeOf(res)))
  next()
}

function outcomeOf(res: MedusaResponse): AttemptOutcome {
  if (!res.writableFinished) {
    return "failure" // The client has disconnected, but its password may have been verified.
  }
  const outcomes: Record<number, AttemptOutcome> = { 200: "success", 401: "failure" }
  return outcomes[res.statusCode] ?? "none"
}
