import { AuthWorkflowEvents } from "@medusajs/framework/utils"
import { createStep } from "@medusajs/framework/workflows-sdk"
import { emitEvent } from "../../domain/events/emit-event"
import { PASSWORD_RESET_MODULE } from "../../modules/password-reset"
import { emitterOf } from "../../engine/emitter"
import { handedOutToken, type Started } from "./start-password-reset"

/** Emits the token of a started reset. If the event is lost, the sweep finds the row, which is still due. */
export const emitStartedTokenStep = createStep(
  "emit-started-token",
  async ({ id }: Started, { container }) => {
    const event = handedOutToken.get()?.event
    const { resetRepository, options } = container.resolve(PASSWORD_RESET_MODULE)
    if (!event) {
      return
    }
    const message = { name: AuthWorkflowEvents.PASSWORD_RESET, data: event }
    const isEmitted = await emitEvent(message, emitterOf(container))
    if (isEmitted && !options.email.isOn) {
      await resetRepository.finish([id]) // The store sends the email itself.
    }
  },
)
