import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { PASSWORD_RESET_MODULE } from "../modules/password-reset"
import { workerOf } from "../worker/worker"

const SWEEP_INTERVAL_MS = 10_000
/** If Medusa starts no sweep for this long, the worker sweeps by its own timer. */
const MAX_WAIT_FOR_JOB_MS = 3 * SWEEP_INTERVAL_MS

/**
 * Takes up work that no event announces: emails to retry, requests whose event was lost, and what another
 * instance left unfinished when it crashed.
 *
 * After its first run it repeats by the worker's own timer if Medusa stops calling it: a Redis that comes
 * back empty has lost all jobs.
 */
export default async function sweepPasswordResets(container: MedusaContainer): Promise<void> {
  const resets = container.resolve(PASSWORD_RESET_MODULE)
  const worker = workerOf(container)
  worker.sweepAfter(MAX_WAIT_FOR_JOB_MS, (shop) => void sweepPasswordResets(shop))
  try {
    if (await resets.tables.areMissing()) {
      return // The start has said so.
    }
    await resets.giveUp()
  } catch (error) {
    // Medusa would log the whole stack, every ten seconds, until the database is back.
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
