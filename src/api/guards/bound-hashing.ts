import { hashingQueue } from "../../domain/passwords/hashing-queue"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { sendBusy } from "../error-responses"
import type { Guard } from "./guard"
import { onRequestEnd } from "./on-request-end"

/** Answers 503 where too many requests that hash a password are under way. */
export const boundHashing: Guard = (req, res, next) => {
  if (!req.scope.resolve(PASSWORD_RESET_MODULE).throttle) {
    return next()
  }
  if (res.closed || req.socket.destroyed) {
    return // The client has disconnected: no hash is made for it.
  }
  if (!hashingQueue.enter()) {
    return sendBusy(res)
  }
  onRequestEnd(req, res, () => hashingQueue.leave())
  next()
}
