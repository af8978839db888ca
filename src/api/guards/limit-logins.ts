import type { MedusaResponse } from "@medusajs/framework/http"
import type { AttemptOutcome } from "../../domain/throttle/throttle"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { credentialsIn } from "../credentials"
import { sendTooManyRequests } from "../error-responses"
import { clientOf } from "../request-client"
import type { Guard } from "./guard"
import { onWorkEnd } from "./on-work-end"

/** Slows down or refuses one attempt too many on a password, whatever the method or the path. */
export const limitLogins: Guard = guardOf({})

/** The same for registrations, which verify the password of an account that exists. */
export const limitRegistrations: Guard = guardOf({ isRegistration: true })

function guardOf(kind: { isRegistration?: boolean }): Guard {
  return async (req, res, next) => {
    const { throttle } = req.scope.resolve(PASSWORD_RESET_MODULE)
    const { email, password } = credentialsIn(req)
    if (!throttle || email === undefined || password === undefined) {
      return next() // Without both, Medusa refuses the request and verifies no password.
    }
    const attempt = await throttle.admitLogin(email, clientOf(req), kind)
    if (!attempt.allowed) {
      return sendTooManyRequests(res, attempt)
    }
    if (req.socket.destroyed) {
      return attempt.settle("none") // It waited for its turn too long for its client.
    }
    onWorkEnd(req, res, (isAnswered) => {
      // Without an answer, its password may have been verified.
      void attempt.settle(isAnswered ? outcomeOf(res) : "failure")
    })
    next()
  }
}

function outcomeOf(res: MedusaResponse): AttemptOutcome {
  const outcomes: Record<number, AttemptOutcome> = { 200: "success", 401: "failure" }
  return outcomes[res.statusCode] ?? "none"
}
