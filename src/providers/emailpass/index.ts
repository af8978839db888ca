import type { ModuleProviderExports } from "@medusajs/framework/types"
import { ModuleProvider, Modules } from "@medusajs/framework/utils"
import { EmailpassProvider } from "./service"

export { EmailpassProvider }

const emailpass: ModuleProviderExports = ModuleProvider(Modules.AUTH, {
  services: [EmailpassProvider],
})

export default emailpass
