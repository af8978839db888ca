import { hashingQueue } from "../../domain/passwords/hashing-queue"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { sendBusy } from "../error-responses"
import type { Guard } from "./guard"
import { onWorkEnd } from "./on-work-end"

/** The status of a request whose client is gone, as nginx logs it. Nobody reads it. */
const CLIENT_CLOSED_REQUEST = 499

/** Answers 503 where too many requests that hash a password are under way. */
export const boundHashing: Guard = (req, res, next) => {
  if (!req.scope.resolve(PASSWORD_RESET_MODULE).throttle) {
    return next()
  }
  if (res.closed || req.socket.destroyed) {
    return res.status(CLIENT_CLOSED_REQUEST).end() // No hash is made for it.
  }
  if (!hashingQueue.enter()) {
    return sendBusy(res)
  }
  onWorkEnd(req, res, () => hashingQueue.leave())
  next()
}
