import type { Logger, ProviderSendNotificationDTO } from "@medusajs/framework/types"
import {
  AbstractNotificationProviderService,
  MedusaError,
  ModuleProvider,
  Modules,
} from "@medusajs/framework/utils"
import { Resend } from "resend"

type Options = { api_key: string; from: string; url: string }

/** Whether the provider does as docs/mails.md shows it, and not as Medusa's guide does. */
export const behaviour = { isMended: false }

/** Templates of the store's own, by the names that it gives them. */
const TEMPLATES: Record<string, (data: { url?: string }) => string> = {
  "password-reset": ({ url }) => `<a href="${url}">Reset</a>`,
  "our-reset": ({ url }) => `<a href="${url}">Reset</a>`,
}

/**
 * A provider for Resend that behaves as the one of Medusa's guide: it fills templates of the store's own, and
 * whatever goes wrong, it logs and returns an empty object.
 */
class ResendProvider extends AbstractNotificationProviderService {
  static override identifier = "resend"
  private readonly resend: Resend

  constructor(
    private readonly dependencies: { logger: Logger },
    private readonly options: Options,
  ) {
    super()
    this.resend = new Resend(options.api_key, { baseUrl: options.url })
  }

  override async send({ to, template, content, data }: ProviderSendNotificationDTO) {
    const { from } = this.options
    const { isMended } = behaviour
    const fill = TEMPLATES[template]
    const html = isMended && content?.html ? content.html : fill?.(data as { url?: string })
    if (!html) {
      return this.fail(`no template ${template}`)
    }
    const subject = content?.subject ?? "Your shop"
    const sent = await this.resend.emails.send({ from, to: [to], subject, html })
    if (sent.error) {
      return this.fail(sent.error.message)
    }
    return { id: sent.data.id }
  }

  private fail(reason: string): Record<string, never> {
    if (behaviour.isMended) {
      throw new MedusaError(MedusaError.Types.UNEXPECTED_STATE, reason)
    }
    this.dependencies.logger.error(`resend: ${reason}`)
    return {}
  }
}

export default ModuleProvider(Modules.NOTIFICATION, { services: [ResendProvider] })
