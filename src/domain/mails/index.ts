export { faultsOfLocale } from "./languages/faults"
export { negotiateLocale } from "./languages/words"
export { renderMail } from "./render-mail"
export type {
  Branding,
  Mail,
  MailContent,
  MailKind,
  MailLook,
  PartialWords,
  StoreLocales,
} from "./types"
