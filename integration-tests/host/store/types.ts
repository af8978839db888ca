// Compiled, never run: what a store's own code may write.
import type { MedusaContainer } from "@medusajs/framework/types"
import {
  PASSWORD_RESET_MODULE,
  type PasswordResetPluginOptions,
} from "medusa-plugin-password-reset/modules/password-reset"
import type { SmtpOptions } from "medusa-plugin-password-reset/providers/smtp"
import { EmailpassProvider } from "medusa-plugin-password-reset/providers/emailpass"
import {
  completePasswordResetWorkflow,
  type PasswordChangedEvent,
  requestPasswordResetWorkflow,
} from "medusa-plugin-password-reset/workflows"

export const options: PasswordResetPluginOptions = { tokenTtl: 3600, email: { channel: "email" } }
export const smtp: SmtpOptions = { url: "smtp://localhost:1025", from: "Shop <a@shop.example>" }
export class OwnProvider extends EmailpassProvider {}

// @ts-expect-error an option that does not exist
export const wrong: PasswordResetPluginOptions = { tokenTTL: 3600 }

export async function failures(container: MedusaContainer): Promise<(string | null)[]> {
  const resets = await container
    .resolve(PASSWORD_RESET_MODULE)
    .listPasswordResets({ status: "failed" })
  return resets.map(({ failure_reason }) => failure_reason)
}

export async function ask(
  container: MedusaContainer,
  identifier: string,
): Promise<string | undefined> {
  const { result } = await requestPasswordResetWorkflow(container).run({
    input: { identifier, actor_type: "customer", metadata: {} },
  })
  return result.id
}

export const reasonOf = ({ reason }: PasswordChangedEvent): string => reason
completePasswordResetWorkflow.hooks.validate(({ entity_id }) => {
  if (entity_id.endsWith("@blocked.example")) {
    throw new Error("no")
  }
})
