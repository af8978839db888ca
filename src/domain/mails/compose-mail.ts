import type { CreateNotificationDTO, MedusaContainer } from "@medusajs/framework/types"
import { type Mail, type MailContent, type MailKind, type MailLook, renderMail } from "./index"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { withDeadline } from "../timing/deadline"
import { storeNameOf } from "./store-name"

/** What a notification says besides to whom. */
export type Composed = Pick<CreateNotificationDTO, "channel" | "template" | "content" | "data">

/** Names that Medusa's records show for the mails that the plugin renders itself. */
const NAMES: Record<MailKind, string> = {
  reset: "password-reset",
  otherSignIn: "password-reset-other-sign-in",
  register: "password-reset-register",
  noAccount: "password-reset-no-account",
  passwordChanged: "password-changed",
}

/**
 * How this store writes its mails: by the plugin's own templates, by a function of the store, or by
 * a template of its notification provider. The store's name is asked for once, for many mails.
 */
export async function mailComposer(
  container: MedusaContainer,
): Promise<(mail: Mail, locale: string) => Promise<Composed>> {
  const { email } = container.resolve(PASSWORD_RESET_MODULE).options
  const storeName = await storeNameOf(container)
  const { channel, templates, render = renderMail, timeZone, branding, locales } = email
  return async (mail, locale) => {
    const look: MailLook = { storeName, locale, timeZone, branding, locales }
    const template = templates[mail.kind]
    if (template) {
      return { channel, template, data: dataFor(mail, look) }
    }
    // The link stands in `content` only, which is handed to the provider and stored nowhere.
    return { channel, template: NAMES[mail.kind], content: await written(render(mail, look)) }
  }
}

/** How long a store's own `render` may take, in milliseconds. */
const RENDER_TIMEOUT_MS = 10_000

async function written(content: MailContent | Promise<MailContent>): Promise<MailContent> {
  return content instanceof Promise
    ? withDeadline(content, RENDER_TIMEOUT_MS, "`email.render`")
    : content
}

/** What a template of the provider may need; `forgetLinks` cuts the link out of what is stored. */
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
