import type { ConfigModule, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import type { DeliveryOutcome, RecordedOutcome } from "../../domain/database/outbox"
import { withoutStatement } from "../../domain/database/sql"
import type { SilenceOption } from "../../domain/mails/mail-fate"
import type { Sender } from "../../domain/mails/send-mails"
import type { PasswordResetModuleService } from "./service"
import { providersOf } from "./start-checks/configured-providers"

/** Providers of Medusa's that return no id, and throw where they fail. */
const TAKEN_UNLESS_THROWN = /^@medusajs\/(medusa\/)?notification-(sendgrid|local)$/

/** What sends mails in this store, and writes down what became of them. */
export function senderOf(
  container: MedusaContainer,
  resets: PasswordResetModuleService,
  record: (outcomes: DeliveryOutcome[]) => Promise<RecordedOutcome[]>,
): Sender {
  const logger = container.resolve(ContainerRegistrationKeys.LOGGER)
  return {
    notifications: container.resolve(Modules.NOTIFICATION),
    silenceMeansTaken: silenceMeansTaken(
      container.resolve(ContainerRegistrationKeys.CONFIG_MODULE),
      resets.options,
    ),
    forgetLinks: (keys) => resets.forgetLinks(keys),
    record: async (outcomes) => {
      if (!outcomes.length) {
        return
      }
      await resets.deliveryWatch.note({ outcomes, recorded: await record(outcomes) })
    },
    onError: ({ message }) =>
      logger.error(`medusa-plugin-password-reset: delivering failed: ${withoutStatement(message)}`),
  }
}

function silenceMeansTaken(
  config: ConfigModule,
  { delivery, email }: PasswordResetModuleService["options"],
): boolean {
  const { silence }: SilenceOption = delivery
  if (silence) {
    return silence === "sent"
  }
  return providersOf(config, Modules.NOTIFICATION).some(
    (provider) =>
      provider.options?.channels?.includes(email.channel) &&
      typeof provider.resolve === "string" &&
      TAKEN_UNLESS_THROWN.test(provider.resolve),
  )
}
