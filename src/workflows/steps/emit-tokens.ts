import { AuthWorkflowEvents } from "@medusajs/framework/utils"
import { createStep, StepResponse } from "@medusajs/framework/workflows-sdk"
import { emitEvent } from "../../domain/events/emit-event"
import { emitterOf } from "../../engine/emitter"
import { type Issued, issuedTokens } from "./issue-password-resets"

/**
 * Emits `auth.password_reset` for new tokens. If an event is lost, the sweep finds the row, which is still due.
 *
 * It does not use `emitEventStep`, which would stage the events in Redis: tokens would lie there until the
 * workflow ends, or for ten minutes after a crash.
 *
 * @returns whether the events were emitted
 */
export const emitTokensStep = createStep("emit-tokens", async (_: Issued, { container }) => {
  const { events = [] } = issuedTokens.get() ?? {}
  const tokens = { name: AuthWorkflowEvents.PASSWORD_RESET, data: events }
  return new StepResponse(!events.length || (await emitEvent(tokens, emitterOf(container))))
})
