/**
 * The types and event names for a store's own code. Importing this entry runs nothing and loads nothing
 * else, so a configuration or a storefront may import it.
 */
export { PASSWORD_CHANGED, PASSWORD_RESET_ACCEPTED } from "./domain/events/names"
export type { PasswordChangedEvent, PasswordResetEvent } from "./domain/events/names"
export type { PasswordResetStatus } from "./domain/database/reset-columns"
export type { ErrorCode, PasswordReason, PasswordReasonCode } from "./domain/errors"
export type {
  Branding,
  Mail,
  MailContent,
  MailKind,
  MailLook,
  PartialWords,
  StoreLocales,
} from "./domain/mails/types"
export type { PasswordResetPluginOptions } from "./modules/password-reset/options/plugin-options"
export type { SmtpOptions } from "./providers/smtp/options"
