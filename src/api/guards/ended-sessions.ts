import {
  authenticate,
  type AuthenticatedMedusaRequest,
  type MedusaNextFunction,
  type MedusaRequest,
  type MedusaResponse,
} from "@medusajs/framework/http"
import { decodePayload } from "../../domain/tokens/jwt"
import { bearerToken } from "../request-client"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import type { SessionCutoffs } from "../../domain/sessions/session-cutoffs"
import {
  generationOf,
  readSessionToken,
  readSession,
  type SessionClaims,
} from "../../domain/sessions/session"

type Session = MedusaRequest["session"] & { auth_context?: unknown }
type Request = Omit<MedusaRequest, "session"> & { session?: Session; auth_context?: unknown }

/** What Medusa has asked before any middleware of ours could run: of `/admin`, and of all else. */
const asMedusaDoes = {
  admin: authenticate("user", ["bearer", "session", "api-key"]),
  store: authenticate("customer", ["bearer", "session"], { allowUnauthenticated: true }),
}

/**
 * Where a session can be traded for a younger one, for another factor, or for an actor of its own:
 * there the database is asked.
 */
const TRADES = /^\/(auth\/|admin\/invites\/accept|store\/customers\/?$)/i

/**
 * Makes a JWT or a cookie session from before the account's last password absent (OWASP ASVS 5.0,
 * 7.4.3). Absent, not refused: the JS SDK sends its JWT with every call, and public routes, login
 * and reset must go on working. Where a session is needed, Medusa then answers 401 itself.
 */
export async function dropEndedSessions(
  req: MedusaRequest,
  res: MedusaResponse,
  next: MedusaNextFunction,
) {
  const request = req as Request
  const { sessions } = req.scope.resolve(PASSWORD_RESET_MODULE)
  const bearer = readSessionToken(bearerToken(req))
  const cookie = readSession(request.session?.auth_context)
  if (!sessions || (!bearer && !cookie)) {
    return next()
  }
  const isTrade = TRADES.test(req.path)
  const bearerEnded = bearer && (await hasEnded(sessions, bearer, isTrade))
  const cookieEnded = cookie && (await hasEnded(sessions, cookie, isTrade))
  if (bearerEnded) {
    delete req.headers.authorization
  }
  if (cookieEnded) {
    delete request.session?.auth_context
  }
  if ((bearerEnded || cookieEnded) && request.auth_context) {
    delete request.auth_context
    const again = /^\/admin(\/|$)/i.test(req.path) ? asMedusaDoes.admin : asMedusaDoes.store
    return again(req, res, next)
  }
  next()
}

async function hasEnded(
  sessions: SessionCutoffs,
  claims: SessionClaims,
  mustAsk: boolean,
): Promise<boolean> {
  const state = mustAsk ? "unknown" : sessions.stateOf(claims)
  return state === "unknown" ? sessions.hasEnded(claims) : state === "ended"
}

/**
 * Around the routes that give a new JWT for an old one: a password that is changed between the look
 * at the old one and the signing of the new would lend it the new generation.
 */
export function keepGeneration(req: MedusaRequest, res: MedusaResponse, next: MedusaNextFunction) {
  const { sessions } = req.scope.resolve(PASSWORD_RESET_MODULE)
  const send = res.json.bind(res)
  res.json = (body: unknown) => {
    const { auth_context } = req as AuthenticatedMedusaRequest
    const { token } = (body ?? {}) as { token?: string }
    const traded = readSession(decodePayload(token))
    if (sessions && traded && traded.generation !== generationOf(auth_context?.app_metadata)) {
      res.status(401)
      return send({ message: "Unauthorized" })
    }
    return send(body)
  }
  next()
}
