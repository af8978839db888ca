import type { CountedByIp } from "../../domain/throttle/throttle"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { sendTooManyRequests } from "../error-responses"
import { clientOf } from "../request-client"
import type { Guard } from "./guard"

/** Refuses a client that has done this too often. */
export function limitByClient(action: CountedByIp): Guard {
  return async (req, res, next) => {
    const { throttle } = req.scope.resolve(PASSWORD_RESET_MODULE)
    const verdict = await throttle?.admitClient(action, clientOf(req))
    if (verdict?.allowed === false) {
      return sendTooManyRequests(res, verdict)
    }
    next()
  }
}
