import { MedusaError } from "@medusajs/framework/utils"
import type { ProjectConfigOptions } from "@medusajs/framework/types"
import { PROVIDER } from "../database/medusa/provider"
import { hasControlCharacters } from "./text"

/** The longest actor type that an account can have. A store names its own in its code. */
const MAX_ACTOR_TYPE_CHARACTERS = 64

/** Whether a text can name an actor type. It comes from the path, and is stored, logged and answered. */
export function isActorType(text: string): boolean {
  return text.length <= MAX_ACTOR_TYPE_CHARACTERS && !hasControlCharacters(text)
}

/** Whether Medusa's `authMethodsPerActor` lets actors of a type sign in with a password. */
export function mayUsePassword(
  actor_type: string,
  http: Pick<ProjectConfigOptions["http"], "authMethodsPerActor">,
): boolean {
  const perActor = http.authMethodsPerActor ?? {} // A configuration made by hand may have null.
  const allowed = Object.hasOwn(perActor, actor_type) ? perActor[actor_type] : undefined
  return allowed?.includes(PROVIDER) ?? true
}

/**
 * Decides which actor type's link an account gets. The identity must have an actor of the requested type, or
 * none yet. An identity with a user gets the `user` link, since all its actors share one password.
 *
 * @param requested actor type of the request
 * @param usersMayReset whether users may sign in with a password
 * @returns undefined if the identity has actors, but none of the requested type
 */
export function actorOf(
  { app_metadata }: { app_metadata: Record<string, unknown> | null },
  requested: string,
  usersMayReset: boolean,
): string | undefined {
  const actors = actorsIn({ app_metadata })
  if (actors.length && !actors.includes(requested)) {
    return undefined
  }
  return usersMayReset && actors.includes("user") ? "user" : requested
}

/** The id of an account's actor, such as its `customer_id`; null if it has no actor of the type. */
export function actorIdIn(
  app_metadata: Record<string, unknown> | null,
  actor_type: string,
): string | null {
  const id = app_metadata?.[`${actor_type}_id`]
  return typeof id === "string" && id ? id : null
}

/** The actor types of an account, read from the `<type>_id` keys of its `app_metadata`. */
export function actorsIn({
  app_metadata,
}: {
  app_metadata: Record<string, unknown> | null
}): string[] {
  return Object.entries(app_metadata ?? {})
    .filter(([key, id]) => key.endsWith("_id") && typeof id === "string" && id)
    .map(([key]) => key.slice(0, -"_id".length))
}

/** The error for an actor type that may not use passwords. Medusa's own message, so that clients see no new one. */
export function providerNotAllowed(actor_type: string): MedusaError {
  return new MedusaError(
    MedusaError.Types.NOT_ALLOWED,
    `The actor type ${actor_type} is not allowed to use the auth provider ${PROVIDER}`,
  )
}
