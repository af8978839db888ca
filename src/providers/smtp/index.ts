import type { ModuleProviderExports } from "@medusajs/framework/types"
import { ModuleProvider, Modules } from "@medusajs/framework/utils"
import { SmtpNotificationProvider } from "./service"

export { SmtpNotificationProvider }

const smtp: ModuleProviderExports = ModuleProvider(Modules.NOTIFICATION, {
  services: [SmtpNotificationProvider],
})

export default smtp
