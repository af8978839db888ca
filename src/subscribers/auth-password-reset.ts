import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import { AuthWorkflowEvents } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import type { PasswordResetEvent } from "../domain/events/names"
import { workerOf } from "../worker/worker"

/** Mails the link for every reset token that is issued, those that Medusa's own routes issue included. */
export default async function mailResetLink({
  event,
  container,
}: SubscriberArgs<PasswordResetEvent>): Promise<void> {
  if (container.resolve(PASSWORD_RESET_MODULE).options.email.isOn) {
    const { token, metadata } = event.data
    workerOf(container).deliver({ token, metadata: metadata ?? {} })
  }
}

export const config: SubscriberConfig = {
  event: AuthWorkflowEvents.PASSWORD_RESET,
  context: { subscriberId: "password-reset-mail" },
}
