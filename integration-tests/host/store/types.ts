// Compiled, never run: what a store's own code may write, and what the compiler refuses.
import type { MedusaContainer } from "@medusajs/framework/types"
import {
  type Branding,
  type ErrorCode,
  type Mail,
  type MailContent,
  type MailKind,
  type MailLook,
  type PartialWords,
  PASSWORD_CHANGED,
  PASSWORD_RESET_ACCEPTED,
  type PasswordChangedEvent,
  type PasswordReason,
  type PasswordReasonCode,
  type PasswordResetEvent,
  type PasswordResetPluginOptions,
  type PasswordResetStatus,
  type SmtpOptions,
  type StoreLocales,
} from "medusa-plugin-password-reset"
import {
  PASSWORD_RESET_MODULE,
  type PasswordResetModuleService,
} from "medusa-plugin-password-reset/modules/password-reset"
import { EmailpassProvider } from "medusa-plugin-password-reset/providers/emailpass"
import { SmtpNotificationProvider } from "medusa-plugin-password-reset/providers/smtp"
import {
  cancelPasswordResetWorkflow,
  type ChangePasswordInput,
  changePasswordWorkflow,
  type CompletePasswordResetInput,
  completePasswordResetWorkflow,
  deliverPasswordNoticesWorkflow,
  type DeliverPasswordResetsInput,
  deliverPasswordResetsWorkflow,
  type IssuePasswordResetsResult,
  issuePasswordResetsWorkflow,
  type PasswordChanged,
  type RequestPasswordResetResult,
  requestPasswordResetWorkflow,
  type RequestPasswordResetInput,
  type StartPasswordResetInput,
  type StartPasswordResetResult,
  startPasswordResetWorkflow,
} from "medusa-plugin-password-reset/workflows"

// Mails.

const branding: Branding = { color: "#1b1d21", supportAddress: "help@shop.example" }
const german: PartialWords = { reset: { subject: "Neues Passwort" } }
const locales: StoreLocales = { "de-AT": german }
const templates: Partial<Record<MailKind, string>> = { reset: "d-0123" }

function render(mail: Mail, { storeName, locale }: MailLook): MailContent {
  const text = mail.kind === "reset" ? mail.link : mail.address
  return { subject: `${storeName} (${locale})`, html: `<p>${text}</p>`, text }
}

// Options.

export const few = {
  resetUrl: { customer: "http://localhost:8000/reset-password" },
} satisfies PasswordResetPluginOptions

export const none = {} satisfies PasswordResetPluginOptions

export const many = {
  resetUrl: {
    customer: "https://shop.example/reset",
    vendor: "https://shop.example/vendors/reset",
  },
  tokenTtl: 3600,
  throttle: { perIp: { limit: 50 }, trustedProxies: ["10.0.0.0/8"] },
  password: { minLength: 15, minStrength: 3, breached: true },
  email: { branding: { ...branding, storeName: "Shop" }, locales, templates, render },
  dialects: ["medusa-v1", "bagisto"],
  admin: { returnToken: true },
} satisfies PasswordResetPluginOptions

export const off = { throttle: false, email: false } satisfies PasswordResetPluginOptions

export const smtp = {
  channels: ["email"],
  url: "smtp://localhost:1025",
  from: "Shop <a@shop.example>",
} satisfies SmtpOptions

export const wrong = [
  // @ts-expect-error an option that does not exist
  { tokenTTL: 3600 } satisfies PasswordResetPluginOptions,
  // @ts-expect-error an option in an option that does not exist
  { throttle: { perIP: { limit: 50 } } } satisfies PasswordResetPluginOptions,
  // @ts-expect-error a number in words
  { tokenTtl: "1h" } satisfies PasswordResetPluginOptions,
  // @ts-expect-error a URL for nobody in particular
  { resetUrl: "https://shop.example/reset" } satisfies PasswordResetPluginOptions,
  // @ts-expect-error a strength that does not exist
  { password: { minStrength: 5 } } satisfies PasswordResetPluginOptions,
  // @ts-expect-error a dialect that nobody speaks
  { dialects: ["shopify"] } satisfies PasswordResetPluginOptions,
  // @ts-expect-error a mail that does not exist
  { email: { templates: { welcome: "d-0123" } } } satisfies PasswordResetPluginOptions,
  // @ts-expect-error words that no mail has
  { email: { locales: { de: { reset: { subjekt: "" } } } } } satisfies PasswordResetPluginOptions,
  // @ts-expect-error a mail without its text
  { email: { render: () => ({ subject: "", html: "" }) } } satisfies PasswordResetPluginOptions,
  // @ts-expect-error a provider without a sender
  { url: "smtp://localhost:1025" } satisfies SmtpOptions,
]

// Errors and events.

const texts: Record<PasswordReasonCode, string> = {
  too_short: "Longer, please",
  too_long: "Shorter, please",
  common: "Less usual, please",
  personal: "Not your name, please",
  too_weak: "Harder, please",
  breached: "It has leaked",
}
export const textOf = ({ code, message }: PasswordReason): string => texts[code] ?? message
export const isExpired = (code: ErrorCode): boolean => code === "token_expired"
// @ts-expect-error a code that no answer has
export const isUnknown = (code: ErrorCode): boolean => code === "token_unknown"

export const events: ["auth.password_changed", "password_reset.accepted"] = [
  PASSWORD_CHANGED,
  PASSWORD_RESET_ACCEPTED,
]
export const isByLink = ({ reason }: PasswordChangedEvent): boolean => reason === "reset"
export const linkOf = ({ token, entity_id }: PasswordResetEvent): string =>
  `https://shop.example/reset?token=${token}&email=${encodeURIComponent(entity_id)}`

// The module and the providers.

export class OwnProvider extends EmailpassProvider {}
export class OwnMailer extends SmtpNotificationProvider {}

export async function failures(container: MedusaContainer): Promise<(string | null)[]> {
  const resets: PasswordResetModuleService = container.resolve(PASSWORD_RESET_MODULE)
  const status: PasswordResetStatus = "failed"
  const failed = await resets.listPasswordResets({ status })
  return failed.map(({ failure_reason }) => failure_reason)
}

// Workflows.

export async function runAll(container: MedusaContainer): Promise<void> {
  const request: RequestPasswordResetInput = {
    identifier: "jane@shop.example",
    actor_type: "customer",
    metadata: {},
  }
  const requested: { result: RequestPasswordResetResult } = await requestPasswordResetWorkflow(
    container,
  ).run({ input: request })
  const issued: { result: IssuePasswordResetsResult } = await issuePasswordResetsWorkflow(
    container,
  ).run({ input: { limit: 10 } })
  const deliverable: DeliverPasswordResetsInput = { tokens: issued.result.again }
  await deliverPasswordResetsWorkflow(container).run({ input: deliverable })
  await deliverPasswordNoticesWorkflow(container).run({ input: { limit: 10 } })

  const completion: CompletePasswordResetInput = {
    token: "e30.e30.",
    actor_type: "customer",
    password: "a new password",
  }
  const completed: { result: PasswordChanged } = await completePasswordResetWorkflow(container).run(
    { input: completion },
  )
  const change: ChangePasswordInput = {
    account: completed.result,
    old_password: "a new password",
    password: "a newer password",
  }
  await changePasswordWorkflow(container).run({ input: change })

  const start: StartPasswordResetInput = {
    identifier: "jane@shop.example",
    token: "mailed",
    start: { started_by: "user:user_01" },
  }
  const started: { result: StartPasswordResetResult } = await startPasswordResetWorkflow(
    container,
  ).run({ input: start })
  await cancelPasswordResetWorkflow(container).run({ input: { id: started.result.id } })
  // @ts-expect-error a reset by its address
  await cancelPasswordResetWorkflow(container).run({ input: { identifier: requested.result.id } })
}

completePasswordResetWorkflow.hooks.validate(({ entity_id }) => {
  if (entity_id.endsWith("@blocked.example")) {
    throw new Error("no")
  }
})
