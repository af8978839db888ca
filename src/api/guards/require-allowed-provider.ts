import { mayUsePassword, providerNotAllowed } from "../../domain/accounts/actors"
import { httpConfigOf } from "../http-config"
import type { Guard } from "./guard"

/**
 * Refuses actor types that may not sign in with a password, as Medusa does on its own auth routes.
 *
 * @param actorType where the path does not name it
 */
export function requireAllowedProvider(actorType?: string): Guard {
  return (req, _, next) => {
    const actor = actorType ?? (req.params.actor_type as string)
    const isAllowed = mayUsePassword(actor, httpConfigOf(req.scope))
    next(isAllowed ? undefined : providerNotAllowed(actor))
  }
}
