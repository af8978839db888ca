import type { MedusaContainer, ProjectConfigOptions } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"

/** Medusa's options under `projectConfig.http`. */
export function httpConfigOf(scope: MedusaContainer): ProjectConfigOptions["http"] {
  return scope.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig.http
}
