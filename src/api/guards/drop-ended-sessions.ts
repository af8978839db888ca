import { authenticate, type MedusaRequest } from "@medusajs/framework/http"
import type { SessionCutoffs } from "../../domain/sessions/session-cutoffs"
import { readSession, readSessionToken, type SessionClaims } from "../../domain/sessions/session"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { bearerToken } from "../request-client"
import type { Guard } from "./guard"

type Session = MedusaRequest["session"] & { auth_context?: unknown }
type Request = Omit<MedusaRequest, "session"> & { session?: Session; auth_context?: unknown }

/** Medusa's own authentication, which has run before any middleware of a plugin's. */
const authenticateAgain = {
  admin: authenticate("user", ["bearer", "session", "api-key"]),
  store: authenticate("customer", ["bearer", "session"], { allowUnauthenticated: true }),
}

/**
 * Paths where a session can be exchanged for a younger one, for another factor, or for an actor of its
 * own. Memory may be seconds old, so these ask the database.
 */
const SESSION_EXCHANGES = /^\/(auth\/|admin\/invites\/accept|store\/customers\/?$)/i

/**
 * Treats a JWT or a cookie session from before the account's last password as if it were missing (OWASP
 * ASVS 5.0, 7.4.3). It is not refused: the JS SDK sends its JWT with every call, and public routes,
 * login and reset must go on working. Where a session is needed, Medusa then answers 401 itself.
 */
export const dropEndedSessions: Guard = async (req, res, next) => {
  const request = req as Request
  const { sessions } = req.scope.resolve(PASSWORD_RESET_MODULE)
  const bearer = readSessionToken(bearerToken(req))
  const cookie = readSession(request.session?.auth_context)
  if (!sessions || (!bearer && !cookie)) {
    return next()
  }
  const isExchange = SESSION_EXCHANGES.test(req.path)
  const bearerEnded = bearer && (await hasEnded(sessions, bearer, isExchange))
  const cookieEnded = cookie && (await hasEnded(sessions, cookie, isExchange))
  if (bearerEnded) {
    delete req.headers.authorization
  }
  if (cookieEnded) {
    delete request.session?.auth_context
  }
  if ((bearerEnded || cookieEnded) && request.auth_context) {
    delete request.auth_context
    const isAdmin = /^\/admin(\/|$)/i.test(req.path)
    return authenticateAgain[isAdmin ? "admin" : "store"](req, res, next)
  }
  next()
}

async function hasEnded(
  sessions: SessionCutoffs,
  claims: SessionClaims,
  mustAskDatabase: boolean,
): Promise<boolean> {
  const state = mustAskDatabase ? "unknown" : sessions.stateOf(claims)
  return state === "unknown" ? sessions.hasEnded(claims) : state === "ended"
}
