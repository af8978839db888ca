/**
 * What a store writes against: types, and the names of events. Importing it runs nothing and loads
 * nothing else, so that a configuration or a storefront may do so.
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
