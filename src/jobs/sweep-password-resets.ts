import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import { workerOf } from "../worker/worker"

/** How often, in milliseconds. */
const SWEEP_INTERVAL_MS = 10_000
/** How long no job may come before this worker sweeps by its own clock, in milliseconds. */
const MAX_WAIT_FOR_JOB_MS = 3 * SWEEP_INTERVAL_MS

/**
 * Takes up what events did not: mails that failed and are due again, wake-ups that got lost, and what
 * an instance that crashed had under way. Once begun, it goes on without Medusa's jobs: a Redis that
 * comes back empty has forgotten them all.
 */
export default async function sweepPasswordResets(container: MedusaContainer): Promise<void> {
  const resets = container.resolve(PASSWORD_RESET_MODULE)
  const worker = workerOf(container)
  worker.sweepAfter(MAX_WAIT_FOR_JOB_MS, () => void sweepPasswordResets(container))
  try {
    await resets.giveUp()
  } catch (error) {
    // One line: Medusa would write the stack, every time, as long as the database is away.
    container
      .resolve(ContainerRegistrationKeys.LOGGER)
      .warn(`medusa-plugin-password-reset: no sweep now (${(error as Error).message})`)
    return
  }
  worker.issueDue()
  worker.notifyDue()
}

export const config = {
  name: "sweep-password-resets",
  schedule: { interval: SWEEP_INTERVAL_MS },
}
