/**
 * SQL: whether an identity has an actor besides those of a type. A token that was handed to somebody else must
 * open no such account, also where the account got the actor later (OWASP ASVS 5.0, 6.4.6).
 *
 * @param auth_identity_id a column
 * @param actor_type a column, or a value with its type
 */
export function holdsOtherThan(auth_identity_id: string, actor_type: string): string {
  return `EXISTS (SELECT 1 FROM auth_identity ai CROSS JOIN LATERAL jsonb_each(coalesce(ai.app_metadata, '{}')) actor
                   WHERE ai.id = ${auth_identity_id} AND actor.key LIKE '%\\_id'
                     AND actor.key <> ${actor_type} || '_id'
                     AND jsonb_typeof(actor.value) = 'string' AND actor.value <> '""')`
}

/**
 * SQL: whether an identity may be reset for an actor type: it has such an actor, or none at all.
 *
 * @param auth_identity_id a column
 * @param actor_type a column, or a value with its type
 */
export function mayBeResetFor(auth_identity_id: string, actor_type: string): string {
  return `(EXISTS (SELECT 1 FROM auth_identity ai
                    WHERE ai.id = ${auth_identity_id} AND ai.app_metadata ->> (${actor_type} || '_id') <> '')
           OR NOT ${holdsOtherThan(auth_identity_id, actor_type)})`
}
