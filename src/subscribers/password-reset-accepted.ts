import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import { PASSWORD_RESET_ACCEPTED } from "../domain/events/names"
import { workerOf } from "../worker/worker"

/** Wakes the worker to issue the resets that were requested. */
export default async function wakeForResets({ container }: SubscriberArgs): Promise<void> {
  workerOf(container).issueDue()
}

export const config: SubscriberConfig = {
  event: PASSWORD_RESET_ACCEPTED,
  context: { subscriberId: "password-reset-issue" },
}
