import { generateEntityId } from "@medusajs/framework/utils"

/** What the ids of rows begin with. */
export const RESET_ID_PREFIX = "pwres"
export const NOTICE_ID_PREFIX = "pwnot"

/** An id for a new row of `password_reset`: a ULID, so that ids sort by the time they were made. */
export function newResetId(): string {
  return generateEntityId(undefined, RESET_ID_PREFIX)
}

/** An id for a new row of `password_notice`. */
export function newNoticeId(): string {
  return generateEntityId(undefined, NOTICE_ID_PREFIX)
}

const RESET_ID = new RegExp(`^${RESET_ID_PREFIX}_[0-9A-Z]{26}$`)

/** Whether a reset can have this id. Check before asking the database, which refuses a NUL. */
export function isResetId(text: string): boolean {
  return RESET_ID.test(text)
}
