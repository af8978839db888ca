import { AuthWorkflowEvents } from "@medusajs/framework/utils"
import { createStep } from "@medusajs/framework/workflows-sdk"
import { emitEvent } from "../../domain/events/emit-event"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { emitterOf } from "./emitter"
import type { Begun } from "./start-password-reset"

/** Emits the token of a reset that was started. A lost event loses no mail: the row says that it is due. */
export const emitStartedTokenStep = createStep(
  "emit-started-token",
  async ({ id, event }: Begun, { container }) => {
    const { resetRepository, options } = container.resolve(PASSWORD_RESET_MODULE)
    if (!event) {
      return
    }
    const message = { name: AuthWorkflowEvents.PASSWORD_RESET, data: event }
    const isOut = await emitEvent(message, emitterOf(container))
    if (isOut && !options.email.isOn) {
      await resetRepository.finish([id]) // Nobody here waits for its mail.
    }
  },
)
