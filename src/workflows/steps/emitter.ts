import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"

/** What `emitEvent` needs from Medusa's container. */
export function emitterOf(container: MedusaContainer) {
  return {
    eventBus: container.resolve(Modules.EVENT_BUS),
    logger: container.resolve(ContainerRegistrationKeys.LOGGER),
  }
}
