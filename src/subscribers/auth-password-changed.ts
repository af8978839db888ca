import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import { PASSWORD_CHANGED } from "../domain/events/names"
import { workerOf } from "../worker/worker"

/** Wakes the worker to send the emails "your password was changed" that wait in `password_notice`. */
export default async function wakeForNotices({ container }: SubscriberArgs): Promise<void> {
  workerOf(container).notifyDue()
}

export const config: SubscriberConfig = {
  event: PASSWORD_CHANGED,
  context: { subscriberId: "password-reset-notice" },
}
