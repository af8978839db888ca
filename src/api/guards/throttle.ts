import type { Socket } from "node:net"
import type { MedusaNextFunction, MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { hashingQueue } from "../../domain/passwords/hashing-queue"
import type { AttemptOutcome, CountedByIp } from "../../domain/throttle/throttle"
import { sendBusy, sendTooManyRequests } from "../error-answers"

/** Refuses a client that has done this too often. */
export function limitByIp(what: CountedByIp) {
  return async (req: MedusaRequest, res: MedusaResponse, next: MedusaNextFunction) => {
    const { throttle, clientIp } = req.scope.resolve(PASSWORD_RESET_MODULE)
    const verdict = await throttle?.admitClient(what, clientIp.of(req))
    if (verdict?.allowed === false) {
      return sendTooManyRequests(res, verdict)
    }
    next()
  }
}

const badTokens = new WeakSet<MedusaResponse>()

/** Notes that a request has brought a token, or an id, that is none, where the answer's status is not 401. */
export function countBadToken(res: MedusaResponse): void {
  badTokens.add(res)
}

/** Refuses a client that has brought too many bad tokens; a good one does not count. */
export async function limitBadTokens(
  req: MedusaRequest,
  res: MedusaResponse,
  next: MedusaNextFunction,
) {
  const { throttle, clientIp } = req.scope.resolve(PASSWORD_RESET_MODULE)
  const verdict = await throttle?.admitClient("update", clientIp.of(req))
  if (verdict?.allowed === false) {
    return sendTooManyRequests(res, verdict)
  }
  onceOver(req, res, () => {
    if (res.writableFinished && res.statusCode !== 401 && !badTokens.has(res)) {
      void verdict?.takeBack()
    }
  })
  next()
}

/** Refuses an attempt on a password that is one too many, by whatever method or path it comes. */
export async function limitLogins(
  req: MedusaRequest,
  res: MedusaResponse,
  next: MedusaNextFunction,
) {
  const { throttle, clientIp } = req.scope.resolve(PASSWORD_RESET_MODULE)
  const { email, password } = (req.body ?? {}) as Record<string, unknown>
  if (!throttle || typeof email !== "string" || typeof password !== "string") {
    return next() // Medusa refuses it without looking at any password.
  }
  const attempt = await throttle.admitLogin(email, clientIp.of(req))
  if (!attempt.allowed) {
    return sendTooManyRequests(res, attempt)
  }
  onceOver(req, res, () => void attempt.settle(outcomeOf(res)))
  next()
}

function outcomeOf(res: MedusaResponse): AttemptOutcome {
  if (!res.writableFinished) {
    return "failure" // The client has hung up; the password may have been verified.
  }
  const outcomes: Record<number, AttemptOutcome> = { 200: "success", 401: "failure" }
  return outcomes[res.statusCode] ?? "none"
}

/** Turns away what would have to wait too long for its password to be hashed. */
export function boundHashing(req: MedusaRequest, res: MedusaResponse, next: MedusaNextFunction) {
  if (!req.scope.resolve(PASSWORD_RESET_MODULE).throttle) {
    return next()
  }
  if (res.closed || req.socket.destroyed) {
    return // The client has hung up: nobody waits for a hash.
  }
  if (!hashingQueue.enter()) {
    return sendBusy(res)
  }
  onceOver(req, res, () => hashingQueue.leave())
  next()
}

/** What is to be done when a connection closes: it may carry many requests, one behind the other. */
const waiting = new WeakMap<Socket, Set<() => void>>()

/**
 * When a request is over: answered, or its client gone. Node tells a response of the latter only if
 * it was next to be sent, so the connection is watched as well.
 */
function onceOver(req: MedusaRequest, res: MedusaResponse, then: () => void) {
  if (res.closed || req.socket.destroyed) {
    return then()
  }
  const ends = waiting.get(req.socket) ?? watch(req.socket)
  const end = () => {
    if (ends.delete(end)) {
      then()
    }
  }
  ends.add(end)
  res.once("close", end)
}

function watch(socket: Socket): Set<() => void> {
  const ends = new Set<() => void>()
  waiting.set(socket, ends)
  socket.once("close", () => ends.forEach((end) => end()))
  return ends
}
