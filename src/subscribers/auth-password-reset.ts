import type { SubscriberArgs, SubscriberConfig } from "@medusajs/framework"
import { AuthWorkflowEvents } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import { deliverPasswordResetsWorkflow, type PasswordResetEvent } from "../workflows"

/** Mails the link of every issued reset, Medusa's own included. Mails close together share a call. */
export default async function mailResetLink({
  event,
  container,
}: SubscriberArgs<PasswordResetEvent>): Promise<void> {
  const { token, metadata } = event.data
  container
    .resolve(PASSWORD_RESET_MODULE)
    .delivering.add({ token, metadata: metadata ?? {} }, async (tokens) => {
      await deliverPasswordResetsWorkflow(container).run({ input: { tokens } })
    })
}

export const config: SubscriberConfig = {
  event: AuthWorkflowEvents.PASSWORD_RESET,
  context: { subscriberId: "password-reset-mail" },
}
