import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"

/** After so long without an answer, a handler has lost its request. */
const LEASE_MS = 120_000

/**
 * Runs a callback once, when the server's work on a request ends: when its answer is handed over, whether or
 * not the client reads it. Answers of pipelined requests wait behind those that are not read, so no event of
 * the response or its connection tells.
 *
 * @param callback gets whether there is an answer. There is none for a client that was gone before, and where
 * a handler answers nothing at all
 */
export function onWorkEnd(
  req: MedusaRequest,
  res: MedusaResponse,
  callback: (isAnswered: boolean) => void,
): void {
  if (res.closed || req.socket.destroyed) {
    return callback(false)
  }
  let hasEnded = false
  const end = (isAnswered: boolean) => {
    if (!hasEnded) {
      hasEnded = true
      clearTimeout(lease)
      callback(isAnswered)
    }
  }
  const lease = setTimeout(end, LEASE_MS, false).unref()
  const send = res.end.bind(res) as (...chunk: unknown[]) => MedusaResponse
  res.end = (...chunk: unknown[]) => {
    end(true)
    return send(...chunk)
  }
}
