import { ModuleProvider, Modules } from "@medusajs/framework/utils"
import { EmailpassProvider } from "./service"

export { EmailpassProvider }

export default ModuleProvider(Modules.AUTH, { services: [EmailpassProvider] })
