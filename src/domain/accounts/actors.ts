import { MedusaError } from "@medusajs/framework/utils"
import type { ProjectConfigOptions } from "@medusajs/framework/types"
import { PROVIDER } from "../database/medusa/provider"

/** Whether actors of a type may sign in with a password at all: Medusa's `authMethodsPerActor`. */
export function mayUsePassword(
  actor_type: string,
  { authMethodsPerActor = {} }: Pick<ProjectConfigOptions["http"], "authMethodsPerActor">,
): boolean {
  const allowed = Object.hasOwn(authMethodsPerActor, actor_type)
    ? authMethodsPerActor[actor_type]
    : undefined
  return allowed?.includes(PROVIDER) ?? true
}

/**
 * Whose link the account gets, or undefined where the asked actor is none of its own. An account
 * that has no actor yet counts as the asked one; one that holds a `user_id` always gets the `user`
 * link, since its actors share one password, unless users may not sign in with one at all.
 */
export function actorOf(
  { app_metadata }: { app_metadata: Record<string, unknown> | null },
  asked: string,
  usersMayReset: boolean,
): string | undefined {
  const actors = actorsIn({ app_metadata })
  if (actors.length && !actors.includes(asked)) {
    return undefined
  }
  return usersMayReset && actors.includes("user") ? "user" : asked
}

/** The id of the account's actor of a type; null where it has none yet. */
export function actorIdIn(
  app_metadata: Record<string, unknown> | null,
  actor_type: string,
): string | null {
  const id = app_metadata?.[`${actor_type}_id`]
  return typeof id === "string" && id ? id : null
}

/** The actor types that an account has an actor of. */
export function actorsIn({
  app_metadata,
}: {
  app_metadata: Record<string, unknown> | null
}): string[] {
  return Object.entries(app_metadata ?? {})
    .filter(([key, id]) => key.endsWith("_id") && typeof id === "string" && id)
    .map(([key]) => key.slice(0, -"_id".length))
}

/** An actor who may not sign in with a password resets none: in Medusa's words. */
export function providerNotAllowed(actor_type: string): MedusaError {
  return new MedusaError(
    MedusaError.Types.NOT_ALLOWED,
    `The actor type ${actor_type} is not allowed to use the auth provider ${PROVIDER}`,
  )
}
