import type { MedusaResponse } from "@medusajs/framework/http"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { sendTooManyRequests } from "../error-responses"
import { clientOf } from "../request-client"
import type { Guard } from "./guard"
import { onWorkEnd } from "./on-work-end"

const responsesToBadTokens = new WeakSet<MedusaResponse>()

/** Counts the request's token, or reset id, as bad although the status of the response is not 401. */
export function countBadToken(res: MedusaResponse): void {
  responsesToBadTokens.add(res)
}

/** Refuses a client that has brought too many bad tokens. A good one does not count. */
export const limitBadTokens: Guard = async (req, res, next) => {
  const { throttle } = req.scope.resolve(PASSWORD_RESET_MODULE)
  const verdict = await throttle?.admitClient("update", clientOf(req))
  if (verdict?.allowed === false) {
    return sendTooManyRequests(res, verdict)
  }
  onWorkEnd(req, res, (isAnswered) => {
    if (isAnswered && res.statusCode !== 401 && !responsesToBadTokens.has(res)) {
      void verdict?.takeBack()
    }
  })
  next()
}
