import { Module } from "@medusajs/framework/utils"
import validateOptions from "./loaders/validate-options"
import { PasswordResetModuleService } from "./service"

/** The name under which the module's service is resolved from Medusa's container. */
export const PASSWORD_RESET_MODULE = "passwordReset"

export type { PasswordResetModuleService } from "./service"

declare module "@medusajs/framework/types" {
  interface ModuleImplementations {
    passwordReset: PasswordResetModuleService
  }
}

const passwordResetModule: ReturnType<
  typeof Module<typeof PASSWORD_RESET_MODULE, typeof PasswordResetModuleService>
> = Module(PASSWORD_RESET_MODULE, {
  service: PasswordResetModuleService,
  loaders: [validateOptions],
})

export default passwordResetModule
