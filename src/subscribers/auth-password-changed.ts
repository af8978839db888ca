import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import { PASSWORD_CHANGED } from "../domain/events/names"
import { runDueNotices } from "../worker/run-due-work"

/** Wakes the worker up: somebody's password has been changed, which is written down in a row. */
export default async function wakeForNotices({ container }: SubscriberArgs): Promise<void> {
  runDueNotices(container)
}

export const config: SubscriberConfig = {
  event: PASSWORD_CHANGED,
  context: { subscriberId: "password-reset-notice" },
}
