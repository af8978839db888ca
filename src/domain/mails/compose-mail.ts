import type { CreateNotificationDTO } from "@medusajs/framework/types"
import { withDeadline } from "../timing/deadline"
import { renderMail } from "./render-mail"
import type { Branding, Mail, MailContent, MailKind, MailLook, StoreLocales } from "./types"

/** A notification of Medusa's without its recipient. */
export type ComposedMail = Pick<CreateNotificationDTO, "channel" | "template" | "content" | "data">

/** How a store writes its mails: the option `email` with its defaults filled in. */
export type MailSettings = {
  /** The channel of the notification provider, such as "email". */
  channel: string
  /** IANA name, such as "Europe/Vienna". */
  timeZone: string
  branding: Branding
  locales: StoreLocales
  /** Ids of the notification provider's templates, by mail. */
  templates: Partial<Record<MailKind, string>>
  /** The store's own renderer. It replaces the plugin's templates. */
  render?: (mail: Mail, look: MailLook) => MailContent | Promise<MailContent>
}

/** How long a store's own `render` may take. A hung one must not hold up other mails. */
const RENDER_TIMEOUT_MS = 10_000

/**
 * What Medusa's notification records show as `template` for mails with rendered content. No store has templates of
 * these names: a provider that renders its own by their names would fill one that is meant for something else.
 */
const TEMPLATE_NAMES: Record<MailKind, string> = {
  reset: "medusa-plugin-password-reset/reset",
  otherSignIn: "medusa-plugin-password-reset/other-sign-in",
  register: "medusa-plugin-password-reset/register",
  noAccount: "medusa-plugin-password-reset/no-account",
  passwordChanged: "medusa-plugin-password-reset/password-changed",
}

/**
 * Composes a mail. It uses the notification provider's template if the store names one, else the store's
 * `render`, else the plugin's own templates.
 *
 * @param locale BCP 47 language tag
 * @throws what the store's `render` throws, or MedusaError `unexpected_state` if it takes too long
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
    return { channel, template, data: templateData(mail, look) }
  }
  // The link goes into `content` only: Medusa passes it to the provider but does not store it.
  const content = await renderedInTime(render(mail, look))
  return { channel, template: TEMPLATE_NAMES[mail.kind], content }
}

async function renderedInTime(content: MailContent | Promise<MailContent>): Promise<MailContent> {
  return content instanceof Promise
    ? withDeadline(content, RENDER_TIMEOUT_MS, "`email.render`")
    : content
}

/** The values for a provider's template. Medusa stores them; `forgetLinks` then removes the links. */
function templateData({ kind, ...mail }: Mail, { storeName, locale, branding }: MailLook) {
  return {
    mail: kind,
    ...mail,
    // As templates for Medusa's guide and for other systems call it.
    ...("lifetime" in mail && {
      url: mail.link,
      reset_url: mail.link,
      lifetime_minutes: Math.round(mail.lifetime / 60),
    }),
    ...("at" in mail && { at: mail.at.toISOString() }),
    store_name: storeName,
    support_address: branding.supportAddress ?? null,
    locale,
  }
}
