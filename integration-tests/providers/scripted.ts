import type { ProviderSendNotificationDTO } from "@medusajs/framework/types"
import {
  AbstractNotificationProviderService,
  ModuleProvider,
  Modules,
} from "@medusajs/framework/utils"

/** What a provider of somebody else's does with a mail: the result of its `send()`. */
type Script = (notification: ProviderSendNotificationDTO) => unknown

/** A notification provider that does what a test says. Every mail that it is given stands in `mails`. */
export const scripted: { mails: ProviderSendNotificationDTO[]; send: Script } = {
  mails: [],
  send: () => ({ id: "some-id" }),
}

class ScriptedProvider extends AbstractNotificationProviderService {
  static override identifier = "scripted"

  override async send(notification: ProviderSendNotificationDTO): Promise<never> {
    scripted.mails.push(notification)
    return (await scripted.send(notification)) as never
  }
}

export default ModuleProvider(Modules.NOTIFICATION, { services: [ScriptedProvider] })
