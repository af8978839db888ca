import type { CreateNotificationDTO } from "@medusajs/framework/types"
import { withDeadline } from "../timing/deadline"
import { renderMail } from "./render-mail"
import type { Branding, Mail, MailContent, MailKind, MailLook, StoreLocales } from "./types"

/** What a notification says besides to whom. */
export type ComposedMail = Pick<CreateNotificationDTO, "channel" | "template" | "content" | "data">

/** How a store writes its mails: the option `email`, with its defaults filled in. */
export type MailSettings = {
  channel: string
  timeZone: string
  branding: Branding
  locales: StoreLocales
  /** Templates of the notification provider, by mail. */
  templates: Partial<Record<MailKind, string>>
  /** The store's own renderer. */
  render?: (mail: Mail, look: MailLook) => MailContent | Promise<MailContent>
}

/** How long a store's own `render` may take. */
const RENDER_TIMEOUT_MS = 10_000

/** The template names that Medusa's records show for mails which the plugin renders itself. */
const TEMPLATE_NAMES: Record<MailKind, string> = {
  reset: "password-reset",
  otherSignIn: "password-reset-other-sign-in",
  register: "password-reset-register",
  noAccount: "password-reset-no-account",
  passwordChanged: "password-changed",
}

/**
 * Composes a mail in one of three ways: by a template of the store's notification provider, by a function
 * of the store, or by the plugin's own templates.
 *
 * @param locale a BCP 47 tag
 */
export async function composeMail(
  mail: Mail,
  locale: string,
  storeName: string,
  { channel, templates, render = renderMail, timeZone, branding, locales }: MailSettings,
): Promise<ComposedMail> {
  const look: MailLook = { storeName, locale, timeZone, branding, locales }
  const template = templates[mail.kind]
  if (template) {
    return { channel, template, data: dataFor(mail, look) }
  }
  // The link stands in `content` only, which the provider gets and nobody stores.
  const content = await rendered(render(mail, look))
  return { channel, template: TEMPLATE_NAMES[mail.kind], content }
}

async function rendered(content: MailContent | Promise<MailContent>): Promise<MailContent> {
  return content instanceof Promise
    ? withDeadline(content, RENDER_TIMEOUT_MS, "`email.render`")
    : content
}

/** What a provider's template may need. `forgetLinks` cuts the link out of what is stored. */
function dataFor({ kind, ...mail }: Mail, { storeName, locale, branding }: MailLook) {
  return {
    mail: kind,
    ...mail,
    ...("lifetime" in mail && { lifetime_minutes: Math.round(mail.lifetime / 60) }),
    ...("at" in mail && { at: mail.at.toISOString() }),
    store_name: storeName,
    support_address: branding.supportAddress ?? null,
    locale,
  }
}
