import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import type { Emitter } from "../domain/events/emit-event"

/** What `emitEvent` needs of Medusa; resolved when it is used, so that what fails there fails nothing else. */
export function emitterOf(container: MedusaContainer): Emitter {
  return {
    get eventBus() {
      return container.resolve(Modules.EVENT_BUS)
    },
    get logger() {
      return container.resolve(ContainerRegistrationKeys.LOGGER)
    },
  }
}
